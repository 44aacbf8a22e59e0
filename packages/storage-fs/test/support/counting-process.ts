// Increments the number in one object endlessly, by read and replace, and reports each new number.
import process from "node:process";
import { createFsStorage } from "@nixery/storage-fs";
import { collect } from "./objects.ts";

const [directory = ""] = process.argv.slice(2);
const storage = await createFsStorage({ directory });
const contentType = "text/plain";

async function* textOf(value: number): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(String(value));
}

async function increment(): Promise<number | undefined> {
  const result = await storage.read("leases/counter");
  if (result === undefined) {
    const created = await storage.create?.("leases/counter", textOf(1), { contentType });
    return created && 1;
  }
  const value = Number((await collect(result.body)).toString()) + 1;
  const { version = "" } = result.info;
  const source = textOf(value);
  return (await storage.replace?.("leases/counter", version, source, { contentType })) && value;
}

for (;;) {
  const value = await increment();
  if (value !== undefined) {
    // Sent before the next increment, so that a kill loses one message at most.
    await new Promise((resolve) => {
      process.send?.(String(value), resolve);
    });
  }
}
