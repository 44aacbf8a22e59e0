import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BackendConfig } from "./backends.ts";

export interface Task extends BackendConfig {
  readonly task: "memory" | "speed";
  /** In bytes. */
  readonly size: number;
}

/** One object written or read with a backend. */
export interface Passage {
  /** In MB (10^6 bytes) a second. */
  readonly speed: number;
  /** In MiB: the maximum of resident memory meanwhile, less that before. */
  readonly growth: number;
}

/** One object, read alternately with a backend and with the client library. */
export interface Speed {
  /** In MB a second, the median: with the backend, and with the client library's defaults. */
  readonly own: number;
  readonly library: number;
  /** The same with the client library's checksums off, where it has that option. */
  readonly unchecked?: number | undefined;
  /** Of each round: the speed of the backend divided by that of the library. */
  readonly ratios: readonly number[];
}

export interface Measurement extends Speed {
  readonly written: Passage;
  readonly read: Passage;
}

/** The value below which the share `at` of `values` lies. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * at)] ?? Number.NaN;
}

/** Measures in a new process, since memory grows only once. */
export async function measure(task: Task): Promise<Measurement> {
  const program = fileURLToPath(new URL("passage.ts", import.meta.url));
  const args = [
    "--conditions=@nixery/source",
    "--expose-gc",
    // Cloud Storage's client library adds listeners to a stream without removing them.
    "--disable-warning=MaxListenersExceededWarning",
    program,
    JSON.stringify(task),
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) {
    throw new Error(`Measuring ${task.backend} failed with exit code ${code}.`);
  }
  return JSON.parse(output);
}
