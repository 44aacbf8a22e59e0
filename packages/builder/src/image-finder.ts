import { createContent } from "@nixery/content";
import type { Emit } from "@nixery/kit/create-emit";
import { createSingleFlight } from "@nixery/kit/single-flight";
import { createTurns } from "@nixery/kit/turns";
import type { Descriptor, ManifestFormat } from "@nixery/manifest";
import { loadLayerCodec, loadStoreReader } from "@nixery/packing";
import type { BuildEvent, InBuild } from "./build-event.ts";
import { buildImage } from "./build-image.ts";
import { BuilderError } from "./builder-error.ts";
import { createEntriesOf01 } from "./cache/entries-of-0-1.ts";
import { cachedRequest, createImageCache } from "./cache/image-cache.ts";
import { createManifests } from "./cache/manifests.ts";
import type { StoredImage } from "./cache/stored-image.ts";
import { type ExplainedImage, explainImage } from "./explain-image.ts";
import { createLayerBuilder } from "./layer-builder.ts";
import type { Settings } from "./options.ts";
import type { ImageRequestParts } from "./plan/plan-image.ts";
import type { PlanLayersOptions } from "./plan/plan-layers.ts";

/** Where an image came from. */
type Origin = "memory" | "storage" | "built";

export interface FoundImage {
  readonly from: Origin;
  /** Of the manifest in the format that was asked for. */
  readonly manifest: Descriptor;
}

/** Has images: from a cache, or built once for all requests, a few at the same time. */
export interface ImageFinder {
  find(
    request: ImageRequestParts,
    format: ManifestFormat,
    options: { readonly signal: AbortSignal | undefined },
  ): Promise<FoundImage>;
  explain(
    request: ImageRequestParts,
    options: { readonly signal: AbortSignal },
  ): Promise<ExplainedImage>;
  /** Aborts the builds under way and waits until they have cleaned up; later calls reject. */
  close(reason: unknown): Promise<void>;
}

/** Loads the codec and the reader that `settings` name. */
export async function openImageFinder(
  settings: Settings,
  emit: Emit<BuildEvent>,
): Promise<ImageFinder> {
  const { packages, strategy, budget, concurrency, caches } = settings;
  const codec = await loadLayerCodec(settings.codec);
  const reader = await loadStoreReader(settings.reader);
  const content = createContent(settings.storage);
  const onWarning = (message: string, error: unknown): void => {
    emit({ type: "warning", message, error });
  };
  const entriesOf01 = createEntriesOf01(content, onWarning);
  const blocks = createTurns({ maxRunning: concurrency.maxBlocks });
  const layerBuilder = createLayerBuilder({
    tools: {
      content,
      reader,
      codec,
      maxBlocks: concurrency.maxBlocks + 1,
      run: (job) => blocks.take(job),
    },
    entriesOf01,
    layerConcurrency: concurrency.maxLayers,
    maxCachedLayers: caches.maxLayers,
    onWarning,
  });
  const manifests = createManifests(content);
  const cache = createImageCache({
    content,
    manifests,
    entriesOf01,
    maxImages: caches.maxImages,
    trustFor: caches.trustFor,
    onWarning,
  });
  const turns = createTurns({
    maxRunning: concurrency.maxBuilds,
    maxWaiting: concurrency.maxWaitingBuilds,
    queueFull,
  });
  const builds = createSingleFlight<{ readonly from: Origin; readonly image: StoredImage }>();

  /** The popularity data may change between two images. */
  const planning = (): PlanLayersOptions => {
    const popularity = settings.popularity();
    return { codec, strategy, budget, popularity };
  };

  /** Builds an image when its turn comes, and reports the end of the build. */
  const build = async (
    request: ImageRequestParts,
    plan: PlanLayersOptions,
    { signal, keep }: { readonly signal: AbortSignal; keep(this: void): void },
  ): Promise<StoredImage> => {
    const inBuild = newBuild(request);
    const start = performance.now();
    const begin = (): Promise<StoredImage> => {
      if (settings.unwatchedBuilds === "finish") {
        keep();
      }
      const tools = { ...plan, packages, content, reader, layerBuilder, emit };
      return buildImage(request, tools, { signal, inBuild });
    };
    const onWait = (waiting: number): void => {
      emit({ ...inBuild, type: "build-queued", waiting });
    };
    try {
      return await turns.take(begin, { signal, onWait });
    } catch (error) {
      const duration = performance.now() - start;
      if (signal.aborted) {
        emit({ ...inBuild, type: "build-aborted", duration });
      } else {
        emit({ ...inBuild, type: "build-failed", error, duration });
      }
      throw error;
    }
  };

  return {
    async find(request, format, { signal }) {
      const plan = planning();
      const cached = cachedRequest(request, plan);
      const remembered = await cache.recall(cached, format, { signal });
      if (remembered !== undefined) {
        return { from: "memory", manifest: remembered };
      }
      const { from, image } = await builds.join(
        cached.id,
        async (own, keep) => {
          const stored = await cache.find(cached, { signal: own });
          if (stored !== undefined) {
            return { from: "storage", image: stored };
          }
          const built = await build(request, plan, { signal: own, keep });
          await cache.write(cached, built, { signal: own });
          return { from: "built", image: built };
        },
        { signal },
      );
      return { from, manifest: await manifests.store(image, format, { signal }) };
    },

    explain(request, { signal }) {
      const options = { signal, emit: () => {}, inBuild: newBuild(request) };
      const tools = { ...planning(), packages, layerBuilder };
      return turns.take(() => explainImage(request, tools, options), { signal });
    },

    async close(reason) {
      await Promise.all([
        builds.close(reason),
        layerBuilder.close(reason),
        manifests.close(reason),
      ]);
    },
  };
}

function newBuild({ image }: ImageRequestParts): InBuild {
  return { build: crypto.randomUUID(), image: image.canonical };
}

function queueFull(maxWaiting: number): BuilderError {
  return new BuilderError("ERR_BUILDER_BUSY", {
    message: `The build queue is full (${maxWaiting} waiting). Try again later.`,
  });
}
