import { manifestKey, type Storage } from "@nixery/storage";
import pLimit from "p-limit";
import { createEntryCache } from "./entry-cache.ts";
import { isStored } from "./layer-builder.ts";
import { parseStoredImage, type StoredImage } from "./stored-entries.ts";

/** Blobs of one image that the storage is asked for at the same time. */
const statsAtOnce = 16;

/** Images that were built, in memory and in the storage. */
export interface ImageCache {
  /**
   * What memory holds and may still be believed. Of all the image only the manifest is looked for
   * in the storage, which tells when somebody has emptied it.
   */
  recall(
    id: string,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<StoredImage | undefined>;
  /** What the storage holds, if all of the image is still there. */
  find(id: string, options: { readonly signal: AbortSignal }): Promise<StoredImage | undefined>;
  write(id: string, image: StoredImage, options: { readonly signal: AbortSignal }): Promise<void>;
}

export interface ImageCacheOptions {
  readonly storage: Storage;
  /** Images in memory. */
  readonly max: number;
  /** Milliseconds for which memory is believed. */
  readonly trustFor: number;
  readonly onWarning: (message: string, error: unknown) => void;
}

export function createImageCache(options: ImageCacheOptions): ImageCache {
  const { storage, max, trustFor, onWarning } = options;
  const entries = createEntryCache({
    storage,
    keyOf: manifestKey,
    parse: parseStoredImage,
    max,
    maxAge: trustFor,
    onWarning,
  });
  return {
    async recall(id, { signal }) {
      const image = entries.recall(id);
      return image && (await isStored(storage, image.oci, signal)) ? image : undefined;
    },
    write: (id, image, { signal }) => entries.write(id, image, { signal }),
    async find(id, { signal }) {
      const image = await entries.read(id, { signal });
      if (image === undefined || !(await isWhole(storage, image, signal))) {
        return undefined;
      }
      entries.remember(id, image);
      return image;
    },
  };
}

async function isWhole(
  storage: Storage,
  { blobs }: StoredImage,
  signal: AbortSignal,
): Promise<boolean> {
  const limit = pLimit(statsAtOnce);
  const stored = await limit.map(blobs, (blob) => isStored(storage, blob, signal));
  return stored.every(Boolean);
}
