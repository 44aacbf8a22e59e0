import { type Storage, StorageError } from "@nixery/storage";

/** The error of a backend in memory that denies an operation. */
export const denied = new StorageError("ERR_STORAGE_DENIED", { backend: "memory", message: "No." });

export async function* otherBytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("other");
}

export async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list("")) {
    keys.push(key);
  }
  return keys;
}
