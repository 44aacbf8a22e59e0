import { createHash } from "node:crypto";
import { type Digest, ociMediaTypes } from "@nixery/manifest";
import { type Storage, storeHashed } from "@nixery/storage";
import { blocksOf } from "./blocks.ts";
import { blockSize, type Compression } from "./compression.ts";
import { gzipBlocks } from "./gzip-blocks.ts";
import { packTar } from "./pack-tar.ts";
import type { PlannedLayer } from "./plan-layers.ts";
import { readStorePaths } from "./read-store-paths.ts";
import { rootEntries } from "./root-entries.ts";
import type { StoreFiles } from "./store-files.ts";
import type { TarEntry } from "./tar-entry.ts";

/** A layer that is in the storage. */
export interface BuiltLayer {
  /** Of the compressed bytes; the storage has them under `layers/`. */
  readonly digest: Digest;
  /** Compressed, in bytes. */
  readonly size: number;
  /** Digest of the tar. */
  readonly diffId: Digest;
}

export interface LayerTools {
  readonly storage: Storage;
  readonly files: StoreFiles;
  readonly compression: Compression;
  /** Blocks of one layer that may be under way or wait for the storage. */
  readonly blocksAhead: number;
  /** The limit that blocks of all layers share. */
  readonly runBlock: <T>(job: () => Promise<T>) => Promise<T>;
}

export interface BuildLayerOptions {
  readonly signal: AbortSignal;
  /** Called with the bytes of tar made so far, now and then. */
  readonly onProgress: (done: number) => void;
}

/** Packs, hashes, compresses, hashes and stores a layer in one pass, block by block. */
export async function buildLayer(
  layer: PlannedLayer,
  tools: LayerTools,
  options: BuildLayerOptions,
): Promise<BuiltLayer> {
  const { storage, compression, blocksAhead, runBlock } = tools;
  const { signal, onProgress } = options;
  const diffId = createHash("sha256");
  let done = 0;

  async function* tar(): AsyncGenerator<Uint8Array> {
    for await (const block of blocksOf(packTar(entriesOf(layer, tools.files)), blockSize)) {
      signal.throwIfAborted();
      diffId.update(block);
      done += block.length;
      onProgress(done);
      yield block;
    }
  }

  const closing = Promise.withResolvers<undefined>();
  async function* compressed(): AsyncGenerator<Uint8Array> {
    try {
      yield* gzipBlocks(tar(), { level: compression.level, ahead: blocksAhead, run: runBlock });
    } finally {
      closing.resolve(undefined);
    }
  }

  const source = started(compressed());
  try {
    const contentType = ociMediaTypes.layer.gzip;
    const { digest, size } = await storeHashed(storage, source, { contentType, signal });
    return { digest, size, diffId: `sha256:${diffId.digest("hex")}` };
  } finally {
    // An aborted write does not wait for its source, and files of the store may still be open.
    if (source.started) {
      await closing.promise;
    }
  }
}

function entriesOf(layer: PlannedLayer, files: StoreFiles): AsyncIterable<TarEntry> {
  return layer.kind === "root" ? rootEntries(files, layer) : readStorePaths(files, layer.paths);
}

/** Knows whether anybody began to read: a generator that was never entered has no `finally`. */
function started(
  source: AsyncGenerator<Uint8Array>,
): AsyncIterable<Uint8Array> & { readonly started: boolean } {
  let begun = false;
  return {
    get started() {
      return begun;
    },
    [Symbol.asyncIterator]: () => ({
      next: () => {
        begun = true;
        return source.next();
      },
      return: () => source.return(undefined),
    }),
  };
}
