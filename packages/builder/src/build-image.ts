import type { Content } from "@nixery/content";
import type { Emit } from "@nixery/kit/create-emit";
import { createImageConfig, sourceAnnotations } from "@nixery/manifest";
import type { StoreReader } from "@nixery/packing";
import type { BuildEvent, InBuild } from "./build-event.ts";
import type { BuiltLayer } from "./cache/built-layer.ts";
import type { StoredImage } from "./cache/stored-image.ts";
import type { LayerBuilder } from "./layer-builder.ts";
import { describeLayer } from "./plan/describe-layer.ts";
import {
  type ImageRequestParts,
  type PlanImageTools,
  type PlannedImage,
  planImage,
} from "./plan/plan-image.ts";
import type { PlannedLayer } from "./plan/plan-layers.ts";

export interface BuildImageTools extends PlanImageTools {
  readonly content: Content;
  readonly reader: StoreReader;
  readonly layerBuilder: LayerBuilder;
  readonly emit: Emit<BuildEvent>;
}

export interface BuildOptions {
  readonly signal: AbortSignal;
  readonly inBuild: InBuild;
}

/**
 * Builds an image into the storage: layers, then the config, so that nothing that a kill leaves
 * behind refers to a missing blob.
 */
export async function buildImage(
  request: ImageRequestParts,
  tools: BuildImageTools,
  { signal, inBuild }: BuildOptions,
): Promise<StoredImage> {
  const { content, emit } = tools;
  const start = performance.now();
  const planned = await planImage(request, tools, { signal, emit, inBuild });
  const built = await buildLayers(planned.plannedLayers, tools, { signal, inBuild });
  const config = createConfig(request, planned, built);
  await content.storeDocument(config, { signal });
  emit({
    ...inBuild,
    type: "image-stored",
    config: config.descriptor.digest,
    layerCount: built.length,
    size: built.reduce((sum, layer) => sum + layer.size, 0),
    duration: performance.now() - start,
  });
  const { mediaType } = tools.codec;
  return {
    config: config.descriptor,
    layers: built.map(({ digest, size }) => ({ mediaType, digest, size })),
    annotations: sourceAnnotations(request.source),
  };
}

/** All layers, in the order of the manifest; the first failure aborts the others. */
async function buildLayers(
  planned: readonly PlannedLayer[],
  { layerBuilder, reader, emit }: BuildImageTools,
  { signal, inBuild }: BuildOptions,
): Promise<readonly BuiltLayer[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const started = new Map(
    inStartOrder(planned, reader).map((layer) => {
      const building = layerBuilder.build(layer, {
        signal: either,
        onEvent: (event) => {
          emit({ ...inBuild, layer: layer.id, ...event });
        },
      });
      return [layer, building] as const;
    }),
  );
  try {
    return await Promise.all(planned.map((layer) => started.get(layer)!));
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(started.values());
    throw error;
  }
}

/**
 * The largest layers first, so that none of them is the last to run. The links wait for many small
 * reads and come before them, unless the reader has their paths only after the other layers.
 */
function inStartOrder(
  planned: readonly PlannedLayer[],
  { access }: StoreReader,
): readonly PlannedLayer[] {
  const links = planned.filter(({ kind }) => kind === "root");
  const store = planned
    .filter(({ kind }) => kind === "store")
    .toSorted((a, b) => b.narSize - a.narSize);
  return access === "anywhere" ? [...links, ...store] : [...store, ...links];
}

function createConfig(
  { image, source }: ImageRequestParts,
  { closure, plannedLayers }: PlannedImage,
  built: readonly BuiltLayer[],
): ReturnType<typeof createImageConfig> {
  const paths = new Map(closure.paths.map((path) => [path.path, path]));
  return createImageConfig({
    platform: image.platform,
    created: source.created,
    cmd: image.hasShell ? ["bash"] : undefined,
    layers: built.map(({ diffId }, index) => ({
      diffId,
      createdBy: describeLayer(plannedLayers[index]!, paths),
    })),
  });
}
