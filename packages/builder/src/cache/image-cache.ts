import type { Content } from "@nixery/content";
import type { Descriptor, ManifestFormat } from "@nixery/manifest";
import pLimit from "p-limit";
import { imageId } from "../plan/image-id.ts";
import type { ImageRequestParts } from "../plan/plan-image.ts";
import type { PlanLayersOptions } from "../plan/plan-layers.ts";
import type { EntriesOf01 } from "./entries-of-0-1.ts";
import { createEntryCache, type OnWarning } from "./entry-cache.ts";
import type { Manifests } from "./manifests.ts";
import { parseStoredImage, type StoredImage } from "./stored-image.ts";

/** Blobs of one image that the storage is asked for at the same time. */
const maxStats = 16;

/** A request with its id in the cache. */
export interface CachedRequest {
  /** Equal for requests of the same image. */
  readonly id: string;
  /** Whether the image may be cached: its package set is pinned. */
  readonly isPinned: boolean;
  readonly parts: ImageRequestParts;
  readonly planning: PlanLayersOptions;
}

/** Images that were built, in memory and in the storage. Has none of an unpinned package set. */
export interface ImageCache {
  /**
   * The manifest of an image in memory, unless it expired or the storage was emptied: of all the
   * image only the manifest is looked for there, or the config if the manifest is asked for in this
   * format for the first time.
   */
  recall(
    request: CachedRequest,
    format: ManifestFormat,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<Descriptor | undefined>;
  /** An image in the storage, if all of it is still there. */
  find(
    request: CachedRequest,
    options: { readonly signal: AbortSignal },
  ): Promise<StoredImage | undefined>;
  write(
    request: CachedRequest,
    image: StoredImage,
    options: { readonly signal: AbortSignal },
  ): Promise<void>;
}

export interface ImageCacheOptions {
  readonly content: Content;
  readonly manifests: Manifests;
  readonly entriesOf01: EntriesOf01;
  /** Images in memory. */
  readonly maxImages: number;
  /** Milliseconds until an image in memory expires. */
  readonly trustFor: number;
  readonly onWarning: OnWarning;
}

export function cachedRequest(
  parts: ImageRequestParts,
  planning: PlanLayersOptions,
): CachedRequest {
  const isPinned = parts.source.cacheKey !== undefined;
  return { id: imageId(parts, planning), isPinned, parts, planning };
}

export function createImageCache(options: ImageCacheOptions): ImageCache {
  const { content, manifests, entriesOf01, maxImages, trustFor, onWarning } = options;
  const entries = createEntryCache({
    content,
    kind: "image",
    parse: parseStoredImage,
    max: maxImages,
    maxAge: trustFor,
    onWarning,
  });
  const wholeOf = async (
    image: StoredImage | undefined,
    signal: AbortSignal,
  ): Promise<StoredImage | undefined> =>
    image !== undefined && (await isWhole(content, image, signal)) ? image : undefined;

  return {
    async recall({ id, isPinned }, format, { signal }) {
      const image = isPinned ? entries.recall(id) : undefined;
      return image && (await manifests.recall(image, format, { signal }));
    },
    async find({ id, isPinned, parts, planning }, { signal }) {
      if (!isPinned) {
        return undefined;
      }
      const image =
        (await wholeOf(await entries.read(id, { signal }), signal)) ??
        (await wholeOf(await entriesOf01.image(parts, planning, { signal }), signal));
      if (image !== undefined) {
        entries.remember(id, image);
      }
      return image;
    },
    async write({ id, isPinned }, image, { signal }) {
      if (isPinned) {
        await entries.write(id, image, { signal });
      }
    },
  };
}

async function isWhole(
  content: Content,
  { config, layers }: StoredImage,
  signal: AbortSignal,
): Promise<boolean> {
  const limit = pLimit(maxStats);
  const stored = await limit.map([config, ...layers], (blob) => content.has(blob, { signal }));
  return stored.every(Boolean);
}
