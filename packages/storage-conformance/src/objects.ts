import assert from "node:assert/strict";
import type {
  ObjectInfo,
  OperationOptions,
  ReadOptions,
  ReadResult,
  Storage,
  WrittenObject,
} from "@nixery/storage";
import { bytesOf, chunksOf, collect } from "./bytes.ts";

/** What an object should be. */
export interface Expected {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** An object unlike those of other seeds in its bytes, size and type. */
export function sample(seed: number, size: number = 1000 + seed): Expected {
  return { bytes: bytesOf(size, seed), contentType: `application/vnd.nixery.sample.v${seed}+json` };
}

/** A realistic key, a different one for each number. */
export function keyOf(number: number): string {
  return `blobs/sha256-${number.toString(16).padStart(64, "0")}`;
}

export async function put(storage: Storage, key: string, object: Expected): Promise<WrittenObject> {
  return storage.write(key, chunksOf(object.bytes), { contentType: object.contentType });
}

/** The open object of `key`; fails when there is none. */
export async function open(
  storage: Storage,
  key: string,
  options?: ReadOptions,
): Promise<ReadResult> {
  const result = await storage.read(key, options);
  assert.ok(result, `${key} can be read`);
  return result;
}

/** Asserts that every way to look at the object of `key` shows `expected` and nothing else. */
export async function assertObject(
  storage: Storage,
  key: string,
  expected: Expected,
): Promise<void> {
  const info = infoOf(key, expected);
  assertInfo(await storage.stat(key), info, `stat of ${key}`);
  const result = await open(storage, key);
  const bytes = await collect(result.body, info.size);
  assertInfo(result.info, info, `info of the read of ${key}`);
  assertBytes(bytes, expected.bytes, key);
  assert.deepEqual(await listOf(storage, key), [info], `listing of ${key}`);
}

/** Asserts that the object of `key` is one of `candidates`, in its bytes, size and type alike. */
export async function assertOneOf(
  storage: Storage,
  key: string,
  candidates: readonly Expected[],
): Promise<void> {
  const { info, body } = await open(storage, key);
  const expected = candidates.find(({ contentType }) => contentType === info.contentType);
  assert.ok(expected, `somebody wrote the type ${info.contentType}`);
  assertInfo(info, infoOf(key, expected), "size and type are of the same write");
  const bytes = await collect(body, info.size);
  assertBytes(bytes, expected.bytes, `what was written as ${expected.contentType}`);
}

/** Asserts that no way to look at `key` shows an object. */
export async function assertAbsent(storage: Storage, key: string): Promise<void> {
  assert.equal(await storage.stat(key), undefined, `stat of ${key}`);
  assert.equal(await storage.read(key), undefined, `read of ${key}`);
  assert.deepEqual(await listOf(storage, key), [], `listing of ${key}`);
}

/** As `assert.deepEqual`, but says in one line where large contents differ. */
export function assertBytes(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert.equal(actual.byteLength, expected.byteLength, `number of bytes of ${what}`);
  if (Buffer.compare(actual, expected) !== 0) {
    const offset = actual.findIndex((byte, index) => byte !== expected[index]);
    assert.fail(`${what} differs from what was written at byte ${offset}`);
  }
}

/** What every backend knows about an object from the write on. */
export type Description = Pick<ObjectInfo, "contentType" | "key" | "size">;

export function infoOf(key: string, { bytes, contentType }: Expected): Description {
  return { key, size: bytes.byteLength, contentType };
}

/** Asserts what the contract says of an object; a backend may say more, and in its own class. */
export function assertInfo(
  actual: Description | undefined,
  expected: Description,
  what: string,
): void {
  assert.deepEqual(isThere(actual) ? contractual(actual) : actual, expected, what);
}

function contractual({ key, size, contentType }: Description): Description {
  return { key, size, contentType };
}

/** A backend in plain JavaScript may give `null`. */
function isThere(info: Description | undefined): info is Description {
  return typeof info === "object" && info !== null;
}

/** More than the suite ever writes. */
const mostObjects = 2000;

export async function listOf(
  storage: Storage,
  prefix: string,
  options?: OperationOptions,
): Promise<readonly Description[]> {
  return (await infosOf(storage, prefix, options)).map(contractual);
}

/** A listing with everything that the backend says about each object. */
export async function infosOf(
  storage: Storage,
  prefix: string,
  options?: OperationOptions,
): Promise<readonly ObjectInfo[]> {
  const infos: ObjectInfo[] = [];
  for await (const info of storage.list(prefix, options)) {
    infos.push(info);
    assert.ok(infos.length < mostObjects, "a listing ends, rather than beginning again");
  }
  return infos;
}
