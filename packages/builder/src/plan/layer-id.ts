import type { LayerCodec } from "@nixery/packing";
import { cacheId, type IdPart } from "./cache-id.ts";

/** Raised when entries, their order or their bytes change for the same store paths. */
const layerFormat = 1;
/** Raised when the files of every image or the rules of linking change. */
const rootFormat = 1;

/** The formats of all layers of an image. */
export const layerFormats: string = `${layerFormat}.${rootFormat}`;

export function storeLayerId(codec: LayerCodec, paths: readonly string[]): string {
  return cacheId("store-layer", layerFormat, codecId(codec), paths);
}

export function rootLayerId(codec: LayerCodec, roots: readonly string[]): string {
  return cacheId("root-layer", layerFormat, rootFormat, codecId(codec), roots);
}

/** Everything of a codec that can change a blob or its descriptor. */
export function codecId({ id, mediaType }: LayerCodec): IdPart {
  return [id, mediaType];
}
