import { promisify } from "node:util";
import { constants, crc32, deflateRaw, type ZlibOptions } from "node:zlib";

const deflate: (block: Uint8Array, options: ZlibOptions) => Promise<Buffer> = promisify(deflateRaw);

/** Deflate looks no further back than this (RFC 1951, 2). */
const windowSize = 32 * 1024;

/** RFC 1952, 2.3: deflate, no name, no time, unknown system; nothing of this machine. */
const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** An empty last block with fixed codes (RFC 1951, 3.2.6). */
const lastBlock = Uint8Array.of(3, 0);

export interface GzipBlocksOptions {
  /** Of zlib, 1 to 9. */
  readonly level: number;
  /** Blocks of this stream that may be under way or wait to be read; at least 1. */
  readonly ahead: number;
  /** Runs a job when it is its turn; a limit shared by all streams of the process. */
  readonly run: <T>(job: () => Promise<T>) => Promise<T>;
}

/**
 * Compresses blocks on the thread pool, several at once, into one gzip member (RFC 1952). Each
 * block is flushed to a byte boundary and knows the end of the one before as its dictionary, so
 * hardly any compression is lost. The bytes depend on the blocks and the level alone.
 */
export async function* gzipBlocks(
  blocks: AsyncIterable<Uint8Array>,
  options: GzipBlocksOptions,
): AsyncGenerator<Uint8Array> {
  const { level, ahead, run } = options;
  const underWay: Promise<Buffer>[] = [];
  let checksum = 0;
  let size = 0;
  let dictionary: Uint8Array | undefined;
  yield header;
  try {
    for await (const block of blocks) {
      checksum = crc32(block, checksum);
      size += block.length;
      // Made now: when the job's turn comes, `dictionary` is that of a later block.
      const settings = deflateOptions(level, block, dictionary);
      const compressed = run(() => deflate(block, settings));
      // A failure is met when its turn comes; until then it is not unhandled.
      compressed.catch(() => {});
      underWay.push(compressed);
      dictionary = block.subarray(-windowSize);
      if (underWay.length >= ahead) {
        yield await underWay.shift()!;
      }
    }
    while (underWay.length > 0) {
      yield await underWay.shift()!;
    }
  } finally {
    await Promise.allSettled(underWay);
  }
  yield lastBlock;
  yield trailer(checksum, size);
}

function deflateOptions(
  level: number,
  block: Uint8Array,
  dictionary: Uint8Array | undefined,
): ZlibOptions {
  return {
    level,
    finishFlush: constants.Z_SYNC_FLUSH,
    // Room for all of the output, so that one trip to the thread pool does: stored blocks cost 5
    // bytes for each 16 KiB, the flush 5 more.
    chunkSize: block.length + (block.length >>> 8) + 1024,
    ...(dictionary === undefined ? {} : { dictionary }),
  };
}

function trailer(checksum: number, size: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(checksum, 0);
  // Modulo 2^32, also for layers that are larger (RFC 1952, 2.3.1).
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
}
