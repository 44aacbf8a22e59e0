import { createSingleFlight } from "@nixery/kit/single-flight";
import { createTurns } from "@nixery/kit/turns";
import type { BuildEvent } from "./build-event.ts";
import { buildLayer, type LayerTools } from "./build-layer.ts";
import { type BuiltLayer, parseBuiltLayer } from "./cache/built-layer.ts";
import type { EntriesOf01 } from "./cache/entries-of-0-1.ts";
import { createEntryCache, type OnWarning } from "./cache/entry-cache.ts";
import type { PlannedLayer } from "./plan/plan-layers.ts";

/** Bytes of tar between two events of progress. */
const progressStep = 8 << 20;

/** Events of one layer, without the fields that name the build. */
export type LayerEvent = LayerPart<Extract<BuildEvent, { readonly layer: string }>>;
type LayerPart<Event> = Event extends unknown ? Omit<Event, "build" | "image" | "layer"> : never;

export interface LayerRequestOptions {
  readonly signal: AbortSignal;
  onEvent(this: void, event: LayerEvent): void;
}

/** Builds each layer once, for however many images need it. */
export interface LayerBuilder {
  build(layer: PlannedLayer, options: LayerRequestOptions): Promise<BuiltLayer>;
  /** The layer if it is stored already. */
  find(
    layer: PlannedLayer,
    options: { readonly signal: AbortSignal },
  ): Promise<BuiltLayer | undefined>;
  close(reason: unknown): Promise<void>;
}

export interface LayerBuilderOptions {
  readonly tools: LayerTools;
  readonly entriesOf01: EntriesOf01;
  /** Layers built at the same time. */
  readonly layerConcurrency: number;
  /** Layers kept in memory. */
  readonly maxCachedLayers: number;
  readonly onWarning: OnWarning;
}

export function createLayerBuilder(options: LayerBuilderOptions): LayerBuilder {
  const { tools, entriesOf01, layerConcurrency, maxCachedLayers, onWarning } = options;
  const { content, codec } = tools;
  const turns = createTurns({ maxRunning: layerConcurrency });
  const builds = createSingleFlight<BuiltLayer>();
  const cache = createEntryCache({
    content,
    kind: "layer",
    parse: parseBuiltLayer,
    max: maxCachedLayers,
    // Each use checks that the blob is stored, so entries do not grow stale.
    maxAge: 0,
    onWarning,
  });

  const find: LayerBuilder["find"] = async (layer, { signal }) => {
    const sources = [
      () => cache.recall(layer.id) ?? cache.read(layer.id, { signal }),
      () => entriesOf01.layer(layer, codec.id, { signal }),
    ];
    for (const source of sources) {
      const entry = await source();
      if (entry !== undefined && (await content.has(entry, { signal }))) {
        cache.remember(layer.id, entry);
        return entry;
      }
    }
    cache.forget(layer.id);
    return undefined;
  };

  const make = async (
    layer: PlannedLayer,
    { signal, onEvent }: LayerRequestOptions,
  ): Promise<BuiltLayer> => {
    const found = await find(layer, { signal });
    if (found !== undefined) {
      onEvent({ type: "layer-cached", digest: found.digest, size: found.size });
      return found;
    }
    const start = performance.now();
    const { narSize } = layer;
    onEvent({ type: "layer-started", paths: layer.paths.length, narSize });
    let reported = 0;
    const onProgress = (done: number): void => {
      if (done < reported + progressStep) {
        return;
      }
      reported = done;
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
      let isOwn = false;
      const start = async (own: AbortSignal): Promise<BuiltLayer> => {
        isOwn = true;
        return await turns.take(() => make(layer, { signal: own, onEvent }), { signal: own });
      };
      const built = await builds.join(layer.id, start, { signal });
      if (!isOwn) {
        onEvent({ type: "layer-cached", digest: built.digest, size: built.size });
      }
      return built;
    },
    close: (reason) => builds.close(reason),
  };
}
