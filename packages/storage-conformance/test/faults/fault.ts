import { setImmediate } from "node:timers/promises";
import {
  abortable,
  assertKey,
  type ObjectInfo,
  type Storage,
  StorageError,
  type WriteOptions,
  type WrittenObject,
} from "@nixery/storage";
import type { Capability } from "@nixery/storage-conformance";

/** A backend with one defect. */
export interface Fault {
  /** The defect, as the rest of a sentence that begins with the backend. */
  readonly name: string;
  /**
   * Capabilities besides `methods`.
   * @defaultValue none
   */
  readonly capabilities?: readonly Capability[];
  /** @defaultValue {@link conditionalMethods} */
  readonly methods?: readonly Capability[];
  /** Puts the defect into a backend that conforms. */
  into(this: void, sound: Storage): Storage;
  /** The backend during an outage. */
  broken?(this: void, sound: Storage): Storage;
  /** The backend after a restart. */
  reopened?(this: void, sound: Storage): Storage;
  /** The case that names the defect, after the name of its group. */
  readonly foundBy: string;
  /** Whether no other case fails. */
  readonly alone?: boolean;
}

/** The optional methods of the backend that the defects are put into. */
export const conditionalMethods: readonly Capability[] = ["create", "remove-version", "replace"];

/** `sound` with some of its methods replaced. */
export function replacing(sound: Storage, methods: Partial<Storage>): Storage {
  return { ...sound, ...methods };
}

/** `sound` without its conditional methods. */
export function unconditional(sound: Storage): Storage {
  const rest: Storage = { ...sound };
  delete rest.create;
  delete rest.replace;
  delete rest.removeVersion;
  return rest;
}

/** `sound` with another source and other options for each write. */
export function changingWrites(
  sound: Storage,
  change: (
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions,
  ) => readonly [AsyncIterable<Uint8Array>, WriteOptions],
): Storage {
  return replacing(sound, {
    write: async (key, source, options) =>
      sound.write(key, ...change(abortable(source, options), options)),
  });
}

/** `sound` with another description of each object, wherever one is shown. */
export function describing(
  sound: Storage,
  change: <T extends ObjectInfo | WrittenObject>(info: T) => T,
): Storage {
  const changed = <T extends ObjectInfo | WrittenObject>(info: T | undefined): T | undefined =>
    info && change(info);
  return replacing(sound, {
    write: async (...args) => change(await sound.write(...args)),
    create: async (...args) => changed(await sound.create?.(...args)),
    replace: async (...args) => changed(await sound.replace?.(...args)),
    stat: async (...args) => changed(await sound.stat(...args)),
    async read(...args) {
      const result = await sound.read(...args);
      return result && { ...result, info: change(result.info) };
    },
    async *list(...args) {
      for await (const info of sound.list(...args)) {
        yield change(info);
      }
    },
  });
}

/**
 * A conditional write that looks whether its condition holds, and then writes. Both happen after
 * the source is read when `isLate`.
 */
export async function lookThenWrite(
  sound: Storage,
  key: string,
  source: AsyncIterable<Uint8Array>,
  options: WriteOptions,
  holds: (info: ObjectInfo | undefined) => boolean,
  isLate: boolean,
): Promise<WrittenObject | undefined> {
  options.signal?.throwIfAborted();
  assertKey(key, sound.name);
  const bytes = isLate ? once(await gather(abortable(source, options))) : source;
  if (!holds(await sound.stat(key, options))) {
    return undefined;
  }
  await setImmediate();
  return sound.write(key, bytes, options);
}

/** The error of a method that requires the object. */
export function notFound({ name }: Storage, key: string): StorageError {
  const message = `There is no ${key} in ${name}. Write it first.`;
  return new StorageError("ERR_STORAGE_NOT_FOUND", { backend: name, key, message });
}

/** `source` without the bytes beyond one part of an upload. */
export async function* firstPart(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const chunk of source) {
    if (size < 250_000) {
      yield chunk;
    }
    size += chunk.byteLength;
  }
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

export async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) {
    chunks.push(new Uint8Array(chunk));
  }
  return Buffer.concat(chunks);
}
