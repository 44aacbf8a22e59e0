import { digestHex } from "@nixery/manifest";
import { buildKey, layerKey, type Storage } from "@nixery/storage";
import pLimit from "p-limit";
import type { BuildEvent } from "./build-event.ts";
import { buildLayer, type BuiltLayer, type LayerTools } from "./build-layer.ts";
import { createEntryCache } from "./entry-cache.ts";
import { createFlights } from "./flights.ts";
import type { PlannedLayer } from "./plan-layers.ts";
import { parseBuiltLayer } from "./stored-entries.ts";

/** Bytes of tar between two events of progress. */
const progressStep = 8 << 20;

/** Events of one layer, without what names the build. */
export type LayerEvent = LayerPart<Extract<BuildEvent, { readonly layer: string }>>;
type LayerPart<Event> = Event extends unknown ? Omit<Event, "build" | "image" | "layer"> : never;

export interface LayerRequestOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: LayerEvent) => void;
}

/** Makes layers, each once however many images ask for it. */
export interface LayerBuilder {
  build(layer: PlannedLayer, options: LayerRequestOptions): Promise<BuiltLayer>;
  /** The layer if it is in the storage already. */
  find(
    layer: PlannedLayer,
    options: { readonly signal: AbortSignal },
  ): Promise<BuiltLayer | undefined>;
  close(reason: unknown): Promise<void>;
}

export interface LayerBuilderOptions {
  readonly tools: LayerTools;
  /** Layers built at the same time. */
  readonly layers: number;
  /** Layers remembered in memory. */
  readonly cacheSize: number;
  readonly onWarning: (message: string, error: unknown) => void;
}

export function createLayerBuilder(options: LayerBuilderOptions): LayerBuilder {
  const { tools, layers, cacheSize, onWarning } = options;
  const limit = pLimit(layers);
  const flights = createFlights<BuiltLayer>();
  const cache = createEntryCache({
    storage: tools.storage,
    keyOf: buildKey,
    parse: parseBuiltLayer,
    max: cacheSize,
    // Whether the blob is there is asked each time, so memory does not grow wrong.
    maxAge: 0,
    onWarning,
  });

  const find: LayerBuilder["find"] = async (layer, { signal }) => {
    const entry = cache.recall(layer.id) ?? (await cache.read(layer.id, { signal }));
    if (entry === undefined) {
      return undefined;
    }
    if (await isStored(tools.storage, entry, signal)) {
      cache.remember(layer.id, entry);
      return entry;
    }
    cache.forget(layer.id);
    return undefined;
  };

  const make = async (
    layer: PlannedLayer,
    { signal, onEvent }: LayerRequestOptions,
  ): Promise<BuiltLayer> => {
    signal.throwIfAborted();
    const found = await find(layer, { signal });
    if (found !== undefined) {
      onEvent({ type: "layer-cached", digest: found.digest, size: found.size });
      return found;
    }
    const start = performance.now();
    const { narSize } = layer;
    onEvent({ type: "layer-started", paths: layer.paths.length, narSize });
    let told = 0;
    const onProgress = (done: number): void => {
      if (done < told + progressStep) {
        return;
      }
      told = done;
      onEvent({ type: "layer-progress", done, narSize });
    };
    const built = await buildLayer(layer, tools, { signal, onProgress });
    await cache.write(layer.id, built, { signal });
    const duration = performance.now() - start;
    onEvent({ type: "layer-stored", digest: built.digest, size: built.size, duration });
    return built;
  };

  return {
    find,
    async build(layer, { signal, onEvent }) {
      let own = false;
      const start = (flightSignal: AbortSignal): Promise<BuiltLayer> => {
        own = true;
        return limit(() => make(layer, { signal: flightSignal, onEvent }));
      };
      const built = await flights.join(layer.id, start, { signal });
      if (!own) {
        onEvent({ type: "layer-cached", digest: built.digest, size: built.size });
      }
      return built;
    },
    close: (reason) => flights.close(reason),
  };
}

/** Whether the storage holds the blob, whole. */
export async function isStored(
  storage: Storage,
  blob: Pick<BuiltLayer, "digest" | "size">,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const info = await storage.stat(layerKey(digestHex(blob.digest)), { signal });
  return info?.size === blob.size;
}
