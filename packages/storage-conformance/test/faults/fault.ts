import type { Capability } from "@nixery/storage-conformance";
import { type Storage, type WriteOptions, abortable } from "@nixery/storage";

/** A backend with one defect. */
export interface Fault {
  /** What is wrong with it. */
  readonly name: string;
  /** @defaultValue none */
  readonly capabilities?: readonly Capability[];
  /** Puts the defect into a backend that conforms. */
  readonly into: (sound: Storage) => Storage;
  /** What an outage makes of it. */
  readonly broken?: (sound: Storage) => Storage;
  /** What a restart makes of it. */
  readonly reopened?: (sound: Storage) => Storage;
  /** The case that names the defect, after the name of its group. */
  readonly foundBy: string;
  /** Whether no other case fails. */
  readonly alone?: boolean;
}

/** `sound` with some of its methods replaced. */
export function replacing(sound: Storage, methods: Partial<Storage>): Storage {
  return { ...sound, ...methods };
}

/** `sound` with another way to see the source and the options of a write. */
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
