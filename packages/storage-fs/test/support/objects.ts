import { createHash } from "node:crypto";
import { type Storage, stagingKey } from "@nixery/storage";

/** Objects that tell by their content type what their bytes must be: `object/<seed>-<size>`. */
export function typeOf(seed: number, size: number): string {
  return `object/${seed}-${size}`;
}

/** The bytes of an object of that type, in chunks. */
export async function* bytesOf(type: string): AsyncGenerator<Uint8Array, void, undefined> {
  const [, seed = "", size = ""] = /^object\/(\d+)-(\d+)$/.exec(type) ?? [];
  const block = createHash("sha512").update(seed).digest();
  const chunk = Buffer.alloc(20_000, block);
  for (let left = Number(size); left > 0; left -= chunk.byteLength) {
    yield chunk.subarray(0, left);
  }
}

/** Stages the bytes of that type and moves them to the key of their digest, which it returns. */
export async function storeHashed(storage: Storage, type: string): Promise<string> {
  const hash = createHash("sha256").update(await collect(bytesOf(type)));
  const [staged, key] = [stagingKey(), `blobs/sha256-${hash.digest("hex")}`];
  await storage.write(staged, bytesOf(type), { contentType: type });
  await storage.move(staged, key);
  return key;
}

export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The keys whose objects are not what their content type says. */
export async function torn(storage: Storage): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list("")) {
    const result = await storage.read(key);
    const actual = await collect(result?.body ?? bytesOf(""));
    const expected = await collect(bytesOf(result?.info.contentType ?? ""));
    if (!actual.equals(expected) || result?.info.size !== expected.byteLength) {
      keys.push(key);
    }
  }
  return keys;
}
