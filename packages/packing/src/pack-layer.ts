import { createHash } from "node:crypto";
import type { Digest } from "@nixery/manifest";
import { blocksOf } from "./blocks.ts";
import { encodeBlocks, type EncodeBlocksOptions } from "./encode-blocks.ts";
import type { LayerCodec } from "./layer-codec.ts";
import { packTar } from "./tar/pack-tar.ts";
import type { TarEntry } from "./tar/tar-entry.ts";

export interface PackLayerOptions extends EncodeBlocksOptions {
  readonly codec: LayerCodec;
  /** On abort the bytes end with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of tar made so far, once a block. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** A layer that was packed and written. */
export interface PackedLayer<Written> {
  /** The result of `write`. */
  readonly written: Written;
  /** Digest of the tar. */
  readonly diffId: Digest;
}

/**
 * Packs entries into a tar, hashes it and encodes it, in one pass and block by block, so memory does
 * not grow with the layer.
 *
 * @param write - takes the encoded bytes to their end; its error is passed on. The promise settles
 * when the entries are closed, too, also when `write` rejects earlier
 */
export async function packLayer<Written>(
  entries: AsyncIterable<TarEntry>,
  write: (bytes: AsyncIterable<Uint8Array>) => Promise<Written>,
  options: PackLayerOptions,
): Promise<PackedLayer<Written>> {
  const { codec, signal, onProgress } = options;
  const diffId = createHash("sha256");
  let done = 0;

  async function* tar(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const block of blocksOf(packTar(entries), codec.blockSize)) {
      signal?.throwIfAborted();
      diffId.update(block);
      done += block.length;
      onProgress?.(done);
      yield block;
    }
  }

  const encoded = encodeBlocks(tar(), codec, options);
  try {
    const written = await write(encoded);
    return { written, diffId: `sha256:${diffId.digest("hex")}` };
  } finally {
    // An aborted write does not wait for its source, whose files may still be open.
    await encoded.return();
  }
}
