import { createHash, randomBytes } from "node:crypto";
import type { Storage } from "@nixery/storage";
import { collect, pieces } from "../bytes.ts";

export const contentType = "application/test";
/** The object that is written. */
export const key = "blobs/a";
/** The object that exists before. */
export const there = "blobs/there";
export const small: Buffer = randomBytes(10_000);

/** A method of a backend on the object of a test. */
export type OperationName =
  | "write of a small object"
  | "write of a large object"
  | "create of a small object"
  | "create of a large object"
  | "read"
  | "stat"
  | "move"
  | "remove"
  | "list";

/** Calls a method of `storage`; `large` are the bytes of a large object. */
export async function run(
  name: OperationName,
  storage: Storage,
  large: Uint8Array,
  signal?: AbortSignal,
): Promise<unknown> {
  const options = { contentType, signal };
  switch (name) {
    case "write of a small object":
      return await storage.write(key, pieces(small), options);
    case "write of a large object":
      return await storage.write(key, pieces(large), options);
    case "create of a small object":
      return await storage.create?.(key, pieces(small), options);
    case "create of a large object":
      return await storage.create?.(key, pieces(large), options);
    case "read":
      return await collect((await storage.read(there, options))?.body ?? pieces(small));
    case "stat":
      return await storage.stat(there, options);
    case "move":
      return await storage.move(there, key, options);
    case "remove":
      return await storage.remove(there, options);
    case "list":
      return await keysOf(storage, options);
  }
}

/** The objects of a bucket before a test changes it. */
export const untouched: object = { keys: [there], unfinished: [] };

/** The result of {@link objectOf} when `bytes` are stored under `key`. */
export function objectIs(bytes: Uint8Array): object {
  const digest = createHash("sha256").update(bytes).digest("hex");
  return { key, size: bytes.byteLength, contentType, digest };
}

/** An object of `storage` with the digest of its bytes. */
export async function objectOf(storage: Storage, of: string): Promise<unknown> {
  const read = await storage.read(of);
  const { key: found, size, contentType: type } = read?.info ?? {};
  return read && { key: found, size, contentType: type, digest: await digestOf(read.body) };
}

async function digestOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of body) {
    hash.update(chunk);
  }
  return hash.digest("hex");
}

export async function keysOf(
  storage: Storage,
  options?: { readonly signal?: AbortSignal | undefined },
): Promise<string[]> {
  const keys: string[] = [];
  for await (const info of storage.list("", options)) {
    keys.push(info.key);
  }
  return keys;
}
