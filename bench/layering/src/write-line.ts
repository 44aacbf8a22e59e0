import { once } from "node:events";
import process from "node:process";

/** Writes a line to standard output, no faster than it is read. */
export async function writeLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) {
    await once(process.stdout, "drain");
  }
}
