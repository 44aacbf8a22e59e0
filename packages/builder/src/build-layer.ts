import type { Content } from "@nixery/content";
import {
  type EncodeBlocksOptions,
  type LayerCodec,
  packLayer,
  storeEntries,
  type StoreReader,
} from "@nixery/packing";
import type { BuiltLayer } from "./cache/built-layer.ts";
import type { PlannedLayer } from "./plan/plan-layers.ts";
import { rootEntries } from "./root/root-entries.ts";

/** The same for all layers. */
export interface LayerTools extends EncodeBlocksOptions {
  readonly content: Content;
  readonly reader: StoreReader;
  readonly codec: LayerCodec;
}

export interface BuildLayerOptions {
  readonly signal: AbortSignal;
  /** Called with the bytes of tar made so far, once a block. */
  onProgress(this: void, done: number): void;
}

/** Packs a layer into the storage. */
export async function buildLayer(
  layer: PlannedLayer,
  tools: LayerTools,
  { signal, onProgress }: BuildLayerOptions,
): Promise<BuiltLayer> {
  const { content, reader, codec } = tools;
  const entries =
    layer.kind === "root"
      ? rootEntries(reader, layer, { signal })
      : storeEntries(reader, layer.paths, { signal });
  const { written, diffId } = await packLayer(
    entries,
    (bytes) => content.store(bytes, { mediaType: codec.mediaType, signal }),
    { ...tools, signal, onProgress },
  );
  return { digest: written.digest, size: written.size, diffId };
}
