import { abortable } from "../abortable.ts";
import { inParts } from "./in-parts.ts";

/** The bytes of an object in parts of equal size, the last one shorter or absent. */
export interface PartSource {
  readonly parts: AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
  /** Returns a part that is no longer needed, to be filled again. */
  reuse(part: Uint8Array<ArrayBuffer>): void;
}

export interface PartWriter<Written> {
  /** In bytes. */
  readonly partSize: number;
  readonly signal: AbortSignal | undefined;
  /** Writes an object that is smaller than a part. */
  writeWhole(bytes: Uint8Array): Promise<Written>;
  writeParts(source: PartSource): Promise<Written>;
}

/** Writes the bytes of `source` at once when they fit into one part, else in parts. */
export async function writeInParts<Written>(
  source: AsyncIterable<Uint8Array>,
  writer: PartWriter<Written>,
): Promise<Written> {
  const { partSize, signal } = writer;
  const bytes = abortable(source, { signal });
  const spare: Uint8Array<ArrayBuffer>[] = [];
  const parts = inParts(bytes, partSize, spare);
  try {
    const first = (await parts.next()).value ?? new Uint8Array(0);
    if (first.byteLength < partSize) {
      return await writer.writeWhole(first);
    }
    return await writer.writeParts({
      parts: startingWith(first, parts),
      reuse(part) {
        spare.push(part);
      },
    });
  } catch (error) {
    // Not awaited: a source may be stuck.
    bytes.return().catch(() => undefined);
    throw error;
  }
}

async function* startingWith<T>(
  first: T,
  rest: AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  yield first;
  yield* rest;
}
