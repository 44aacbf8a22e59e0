import { reasonOf } from "@nixery/kit/reason-of";
import xz from "xz-decompress";
import { BinaryCacheError } from "./binary-cache-error.ts";

/** The first bytes of an xz file ("The .xz File Format", 2.1.1.1). */
const magic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];

/**
 * The content of a stream that may be compressed with xz, as its first bytes show. Errors of the source
 * are passed on.
 *
 * @throws BinaryCacheError `ERR_BINARY_CACHE_CORRUPT`
 */
export async function* decompressIfXz(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    const start: Uint8Array[] = [];
    let length = 0;
    while (length < magic.length) {
      const next = await iterator.next();
      if (next.done === true) {
        break;
      }
      start.push(next.value);
      length += next.value.byteLength;
    }
    const head = Buffer.concat(start);
    const all = prepend(head, iterator);
    yield* magic.every((byte, index) => head[index] === byte) ? decompressXz(all) : all;
  } finally {
    await iterator.return?.();
  }
}

async function* prepend(
  head: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (head.byteLength > 0) {
    yield head;
  }
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    yield next.value;
  }
}

/**
 * The content of a stream that is compressed with xz. Errors of the source are passed on.
 *
 * @throws BinaryCacheError `ERR_BINARY_CACHE_CORRUPT` for damaged or truncated data and for a check
 *   of SHA-256, which the library does not support.
 */
export async function* decompressXz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let sourceError: { readonly error: unknown } | undefined;
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      sourceError = { error };
      throw error;
    }
  };
  try {
    for await (const chunk of new xz.XzReadableStream(toWebStream(watched()))) {
      yield chunk;
    }
  } catch (error) {
    if (sourceError !== undefined) {
      throw sourceError.error;
    }
    throw new BinaryCacheError("ERR_BINARY_CACHE_CORRUPT", {
      message: `The xz data is damaged, truncated or unsupported (${reasonOf(error)}). Download or compress it again.`,
      cause: error,
    });
  }
}

function toWebStream(source: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await source.next();
      if (next.done === true) {
        controller.close();
      } else {
        controller.enqueue(next.value);
      }
    },
    async cancel() {
      await source.return(undefined);
    },
  });
}
