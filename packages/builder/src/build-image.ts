import {
  createImageConfig,
  createManifest,
  digestHex,
  type Encoded,
  ociMediaTypes,
  sourceAnnotations,
} from "@nixery/manifest";
import { layerKey, type Storage } from "@nixery/storage";
import type { BuiltLayer } from "./build-layer.ts";
import { describeLayer } from "./describe-layer.ts";
import type { Emit } from "./emit.ts";
import { once } from "./entry-cache.ts";
import type { LayerBuilder } from "./layer-builder.ts";
import {
  type ImageRequestParts,
  type InBuild,
  type PlanImageTools,
  type PlannedImage,
  planImage,
} from "./plan-image.ts";
import type { PlannedLayer } from "./plan-layers.ts";
import type { StoredImage } from "./stored-entries.ts";

export interface BuildImageTools extends PlanImageTools {
  readonly storage: Storage;
  readonly layers: LayerBuilder;
  readonly emit: Emit;
}

export interface BuildOptions {
  readonly signal: AbortSignal;
  readonly inBuild: InBuild;
}

/**
 * Builds an image into the storage: layers, then the config, then the manifests, so that whatever
 * a kill leaves behind refers to nothing that is not there.
 */
export async function buildImage(
  request: ImageRequestParts,
  tools: BuildImageTools,
  { signal, inBuild }: BuildOptions,
): Promise<StoredImage> {
  const { storage, emit } = tools;
  const start = performance.now();
  const planned = await planImage(request, tools, { signal, emit, inBuild });
  const layers = await buildLayers(planned.layers, tools, { signal, inBuild });
  const stored = await storeDocuments(request, planned, layers, { storage, signal });
  emit({
    ...inBuild,
    type: "image-stored",
    digest: stored.oci.digest,
    layers: layers.length,
    size: layers.reduce((sum, layer) => sum + layer.size, 0),
    duration: performance.now() - start,
  });
  return stored;
}

/** All layers, in the order of the manifest; when one fails, those under way are left. */
async function buildLayers(
  planned: readonly PlannedLayer[],
  { layers, emit }: BuildImageTools,
  { signal, inBuild }: BuildOptions,
): Promise<readonly BuiltLayer[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const started = new Map(
    longestFirst(planned).map((layer) => {
      const building = layers.build(layer, {
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

/** The links go first, since they wait for many small reads; a large layer must not come last. */
function longestFirst(planned: readonly PlannedLayer[]): readonly PlannedLayer[] {
  const [root, store] = [planned.filter(isRoot), planned.filter((layer) => !isRoot(layer))];
  return [...root, ...store.toSorted((a, b) => b.narSize - a.narSize)];
}

function isRoot(layer: PlannedLayer): boolean {
  return layer.kind === "root";
}

async function storeDocuments(
  { image, source }: ImageRequestParts,
  planned: PlannedImage,
  built: readonly BuiltLayer[],
  { storage, signal }: { readonly storage: Storage; readonly signal: AbortSignal },
): Promise<StoredImage> {
  const paths = new Map(planned.closure.paths.map((path) => [path.path, path]));
  const config = createImageConfig({
    platform: image.platform,
    created: source.created,
    cmd: image.shell ? ["bash"] : undefined,
    layers: built.map(({ diffId }, index) => ({
      diffId,
      createdBy: describeLayer(planned.layers[index]!, paths),
    })),
  });
  const layers = built.map(({ digest, size }) => ({
    mediaType: ociMediaTypes.layer.gzip,
    digest,
    size,
  }));
  const parts = { config: config.descriptor, layers, annotations: sourceAnnotations(source) };
  const oci = createManifest({ ...parts, format: "oci" });
  const docker = createManifest({ ...parts, format: "docker" });
  for (const document of [config, oci, docker]) {
    await storeDocument(storage, document, signal);
  }
  const blobs = [oci.descriptor, docker.descriptor, config.descriptor, ...layers];
  return {
    oci: oci.descriptor,
    docker: docker.descriptor,
    blobs: blobs.map(({ digest, size }) => ({ digest, size })),
  };
}

async function storeDocument(
  storage: Storage,
  { bytes, descriptor }: Encoded,
  signal: AbortSignal,
): Promise<void> {
  const key = layerKey(digestHex(descriptor.digest));
  await storage.write(key, once(bytes), { contentType: descriptor.mediaType, signal });
}
