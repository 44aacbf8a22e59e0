import type { Content } from "@nixery/content";
import { compareText } from "@nixery/kit/compare-text";
import { isRecord } from "@nixery/kit/is-record";
import type { Popularity } from "@nixery/layers";
import { type Descriptor, ociMediaTypes } from "@nixery/manifest";
import type { ImageRequestParts } from "../plan/plan-image.ts";
import type { PlanLayersOptions, PlannedLayer } from "../plan/plan-layers.ts";
import { type BuiltLayer, parseBuiltLayer } from "./built-layer.ts";
import { cacheId, type IdPart } from "../plan/cache-id.ts";
import { type OnWarning, readEntry } from "./entry-cache.ts";
import { isDescriptor, parseStoredImage, type StoredImage } from "./stored-image.ts";

// The cache entries of 0.1.0 are read for one minor version, so that servers of both versions can
// share a storage while they are exchanged. They are never written.

/** Finds what 0.1.0 built, by the ids of 0.1.0. */
export interface EntriesOf01 {
  layer(
    layer: PlannedLayer,
    codecId: string,
    options: { readonly signal: AbortSignal },
  ): Promise<BuiltLayer | undefined>;
  image(
    request: ImageRequestParts,
    planning: PlanLayersOptions,
    options: { readonly signal: AbortSignal },
  ): Promise<StoredImage | undefined>;
}

const manifestTypes = new Set([ociMediaTypes.manifest]);

export function createEntriesOf01(content: Content, onWarning: OnWarning): EntriesOf01 {
  /** A manifest holds all that an image's entry holds today. */
  const readManifest = async (
    { digest }: Descriptor,
    signal: AbortSignal,
  ): Promise<StoredImage | undefined> => {
    const read = async (): Promise<unknown> => {
      const document = await content.readDocument(digest, { mediaTypes: manifestTypes, signal });
      const value: unknown = document && JSON.parse(new TextDecoder().decode(document.bytes));
      return value;
    };
    return await readEntry(digest, read, { parse: parseStoredImage, signal, onWarning });
  };

  return {
    async layer(layer, codecId, { signal }) {
      const id = layerId(layer, codecId);
      if (id === undefined) {
        return undefined;
      }
      const read = (): Promise<unknown> => content.readEntryOf01("layer", id, { signal });
      return await readEntry(`${id} of 0.1.0`, read, { parse: parseBuiltLayer, signal, onWarning });
    },
    async image(request, planning, { signal }) {
      const id = imageId(request, planning);
      if (id === undefined) {
        return undefined;
      }
      const read = (): Promise<unknown> => content.readEntryOf01("image", id, { signal });
      const parse = ociManifestOf;
      const manifest = await readEntry(`${id} of 0.1.0`, read, { parse, signal, onWarning });
      return manifest && (await readManifest(manifest, signal));
    },
  };
}

/** An image's entry was `{ oci, docker, blobs }`, with a descriptor of each manifest. */
function ociManifestOf(value: unknown): Descriptor | undefined {
  return isRecord(value) && isDescriptor(value["oci"]) ? value["oci"] : undefined;
}

function layerId(layer: PlannedLayer, codecId: string): string | undefined {
  const compression = compressionOf(codecId);
  if (compression === undefined) {
    return undefined;
  }
  return layer.kind === "root"
    ? cacheId("root-layer", 1, 1, compression, layer.roots)
    : cacheId("store-layer", 1, compression, layer.paths);
}

function imageId(
  { image, source }: ImageRequestParts,
  { codec, strategy, budget, popularity }: PlanLayersOptions,
): string | undefined {
  const compression = compressionOf(codec.id);
  if (compression === undefined || source.cacheKey === undefined) {
    return undefined;
  }
  return cacheId(
    "image",
    "1.1.1",
    "pinned",
    source.cacheKey,
    image.platform.system,
    image.hasShell,
    image.packages,
    [strategy.name, budget, popularityId(popularity)],
    compression,
  );
}

/** 0.1.0 had no codec but gzip, in blocks of 512 KiB. */
function compressionOf(codecId: string): IdPart | undefined {
  const level = /^gzip-([1-9])-524288$/.exec(codecId)?.[1];
  return level === undefined ? undefined : ["gzip", Number(level), 524_288];
}

/** Computing an id takes long for the counts of a whole package set. */
const popularityIds = new WeakMap<Popularity, string>();

function popularityId(popularity: Popularity | undefined): string {
  if (popularity === undefined) {
    return "";
  }
  let id = popularityIds.get(popularity);
  if (id === undefined) {
    id = cacheId([...popularity.counts].toSorted(([a], [b]) => compareText(a, b)));
    popularityIds.set(popularity, id);
  }
  return id;
}
