import { spawnSync } from "node:child_process";
import { expect } from "vitest";

/** `input` as the program `xz` compresses it. */
export function xz(input: string, ...args: string[]): Buffer {
  const { stdout, status } = spawnSync("xz", ["-c", ...args], { input, maxBuffer: 1e9 });
  expect(status).toBe(0);
  return stdout;
}

/** `bytes` in chunks of `size`. */
export async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
}

/** `bytes`, and then the error `reason`. */
export async function* failingAfter(bytes: Uint8Array, reason: Error): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw reason;
}
