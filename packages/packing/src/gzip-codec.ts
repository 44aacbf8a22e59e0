import { promisify } from "node:util";
import { constants, crc32, deflateRaw, type ZlibOptions } from "node:zlib";
import { wholeNumber } from "@nixery/kit/whole-number";
import { ociMediaTypes } from "@nixery/manifest";
import type { LayerCodec, LayerCodecReference, LayerFrame } from "./layer-codec.ts";
import { PackingError } from "./packing-error.ts";

export interface GzipOptions {
  /**
   * Level of zlib, 1 to 9.
   * @defaultValue 5
   */
  readonly level?: number | undefined;
}

const deflate: (block: Uint8Array, options: ZlibOptions) => Promise<Buffer> = promisify(deflateRaw);

/**
 * Smaller blocks cost compression, larger ones memory and a tail at the end of each layer where
 * fewer threads work.
 */
const blockSize = 512 * 1024;

/** Deflate looks no further back than this (RFC 1951, 2). */
const windowSize = 32 * 1024;

/** RFC 1952, 2.3: deflate, no name, no time, unknown system; nothing of this machine. */
const head = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/** An empty last block with fixed codes (RFC 1951, 3.2.6). */
const lastBlock = Uint8Array.of(3, 0);

/**
 * Gzip with one member a layer (RFC 1952), compressed on Node's thread pool. Each block is flushed to
 * a byte boundary and has the end of the bytes before it as its dictionary, so hardly any compression
 * is lost.
 *
 * @throws PackingError `ERR_PACKING_INVALID_OPTION`
 */
export function gzip(options: GzipOptions = {}): LayerCodecReference {
  return { module: import.meta.url, options: { level: levelOf(options) } };
}

/** @throws PackingError `ERR_PACKING_INVALID_OPTION` */
export function createLayerCodec(options: GzipOptions = {}): LayerCodec {
  const level = levelOf(options);
  return {
    id: `gzip-${level}-${blockSize}`,
    mediaType: ociMediaTypes.layer.gzip,
    blockSize,
    lookBack: windowSize,
    encode: (block, before) => deflate(block, deflateOptions(level, block, before)),
    createFrame,
  };
}

function levelOf({ level = 5 }: GzipOptions): number {
  return wholeNumber(
    "level",
    level,
    { min: 1, max: 9 },
    (message) => new PackingError("ERR_PACKING_INVALID_OPTION", { message }),
  );
}

function deflateOptions(level: number, block: Uint8Array, before: Uint8Array): ZlibOptions {
  return {
    level,
    finishFlush: constants.Z_SYNC_FLUSH,
    // Room for all of the output, so that one trip to the thread pool does: stored blocks cost 5
    // bytes for each 16 KiB, the flush 5 more.
    chunkSize: block.length + (block.length >>> 8) + 1024,
    ...(before.length === 0 ? {} : { dictionary: before }),
  };
}

function createFrame(): LayerFrame {
  let checksum = 0;
  let size = 0;
  return {
    head,
    add(block) {
      checksum = crc32(block, checksum);
      size += block.length;
    },
    end() {
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(checksum, 0);
      // Modulo 2^32, also for layers that are larger (RFC 1952, 2.3.1).
      trailer.writeUInt32LE(size % 2 ** 32, 4);
      return Buffer.concat([lastBlock, trailer]);
    },
  };
}
