import pLimit from "p-limit";
import { buildImage } from "./build-image.ts";
import type { Emit } from "./emit.ts";
import { type ExplainedImage, explainImage } from "./explain-image.ts";
import { createFlights } from "./flights.ts";
import { createImageCache } from "./image-cache.ts";
import { imageId } from "./image-id.ts";
import { createLayerBuilder } from "./layer-builder.ts";
import type { Settings } from "./options.ts";
import type { ImageRequestParts, InBuild, PlanImageTools } from "./plan-image.ts";
import { createStoreFiles } from "./store-files.ts";
import type { StoredImage } from "./stored-entries.ts";
import { createTurns } from "./turns.ts";

/** Where an image came from. */
export interface FoundImage {
  readonly from: "memory" | "storage" | "built";
  readonly image: StoredImage;
}

/** Has images: from a cache, or built once for all who ask, a few at the same time. */
export interface ImageFinder {
  find(
    request: ImageRequestParts,
    options: { readonly signal: AbortSignal | undefined },
  ): Promise<FoundImage>;
  explain(
    request: ImageRequestParts,
    options: { readonly signal: AbortSignal },
  ): Promise<ExplainedImage>;
  /** Ends what is under way and waits until it has cleaned up; rejects what comes later. */
  close(reason: unknown): Promise<void>;
}

export function createImageFinder(settings: Settings, emit: Emit): ImageFinder {
  const { storage } = settings;
  const onWarning = (message: string, error: unknown): void => {
    emit({ type: "warning", message, error });
  };
  const layers = createLayerBuilder({
    tools: {
      storage,
      files: createStoreFiles(settings.storeRoot),
      compression: settings.compression,
      blocksAhead: settings.blocks + 1,
      runBlock: pLimit(settings.blocks),
    },
    layers: settings.layers,
    cacheSize: settings.cachedLayers,
    onWarning,
  });
  const cache = createImageCache({
    storage,
    max: settings.cachedManifests,
    trustFor: settings.trustFor,
    onWarning,
  });
  const turns = createTurns({ atOnce: settings.builds, queue: settings.queue });
  const builds = createFlights<FoundImage>();

  /** The grouping may change between two images, when new popularity data has come. */
  const planTools = (): PlanImageTools => ({ ...settings, popularity: settings.popularity() });

  /** Builds an image when its turn has come, and tells of it to its end. */
  const build = async (
    request: ImageRequestParts,
    tools: PlanImageTools,
    { signal, keep }: { readonly signal: AbortSignal; readonly keep: () => void },
  ): Promise<StoredImage> => {
    const inBuild = newBuild(request);
    const start = performance.now();
    const begin = (): Promise<StoredImage> => {
      if (settings.abandon === "finish") {
        keep();
      }
      return buildImage(request, { ...tools, storage, layers, emit }, { signal, inBuild });
    };
    const onWait = (waiting: number): void => {
      emit({ ...inBuild, type: "build-queued", waiting });
    };
    try {
      return await turns.take(begin, { signal, onWait });
    } catch (error) {
      const duration = performance.now() - start;
      if (signal.aborted) {
        emit({ ...inBuild, type: "build-cancelled", duration });
      } else {
        emit({ ...inBuild, type: "build-failed", error, duration });
      }
      throw error;
    }
  };

  return {
    async find(request, { signal }) {
      const tools = planTools();
      const id = imageId(request, tools);
      const pinned = request.source.cacheKey !== undefined;
      const remembered = pinned ? await cache.recall(id, { signal }) : undefined;
      if (remembered !== undefined) {
        return { from: "memory", image: remembered };
      }
      const start = async (own: AbortSignal, keep: () => void): Promise<FoundImage> => {
        const stored = pinned ? await cache.find(id, { signal: own }) : undefined;
        if (stored !== undefined) {
          return { from: "storage", image: stored };
        }
        const image = await build(request, tools, { signal: own, keep });
        if (pinned) {
          await cache.write(id, image, { signal: own });
        }
        return { from: "built", image };
      };
      return await builds.join(id, start, { signal });
    },

    explain(request, { signal }) {
      const options = { signal, emit: () => {}, inBuild: newBuild(request) };
      const tools = { ...planTools(), layers };
      return turns.take(() => explainImage(request, tools, options), { signal });
    },

    async close(reason) {
      await Promise.all([builds.close(reason), layers.close(reason)]);
    },
  };
}

function newBuild({ image }: ImageRequestParts): InBuild {
  return { build: crypto.randomUUID(), image: image.canonical };
}
