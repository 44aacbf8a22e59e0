import { type GroupingStrategy, groupLayers, type Popularity } from "@nixery/layers";
import type { Closure } from "@nixery/package-source";
import type { LayerCodec } from "@nixery/packing";
import { rootLayerId, storeLayerId } from "./layer-id.ts";

interface PlannedCommon {
  /** 64 hex digits; the same for the same content. Id of the layer's cache entry. */
  readonly id: string;
  /** Store paths in the layer, sorted; none in the layer of links. */
  readonly paths: readonly string[];
  /** Sum of the NAR sizes of its paths, in bytes. */
  readonly narSize: number;
  /** Why these paths are a layer, in a few words for people. */
  readonly reason: string;
}

/** A layer of store paths. */
export interface StoreLayer extends PlannedCommon {
  readonly kind: "store";
}

/** The layer outside of the store: links to the packages, `/tmp`, `/etc/passwd`. */
export interface RootLayer extends PlannedCommon {
  readonly kind: "root";
  /** Store paths of the requested packages, the first with precedence. */
  readonly roots: readonly string[];
  /** All store paths of the image. */
  readonly closure: readonly string[];
}

/** A layer that has not been built yet. */
export type PlannedLayer = StoreLayer | RootLayer;

export interface PlanLayersOptions {
  readonly codec: LayerCodec;
  readonly strategy: GroupingStrategy;
  /** Number of layers of store paths that an image may have. */
  readonly budget: number;
  readonly popularity: Popularity | undefined;
}

/**
 * The layers of an image in the order of its manifest: those of store paths, the most shared first,
 * and the links last, since few images have the same ones.
 */
export function planLayers(closure: Closure, options: PlanLayersOptions): readonly PlannedLayer[] {
  const { codec, strategy, budget, popularity } = options;
  const { roots } = closure;
  const groups = groupLayers(closure.paths, { strategy, budget, popularity, roots });
  const storeLayers = groups.map(({ paths, size, reason = "" }): StoreLayer => ({
    kind: "store",
    id: storeLayerId(codec, paths),
    paths,
    narSize: size,
    reason,
  }));
  const rootLayer: RootLayer = {
    kind: "root",
    id: rootLayerId(codec, roots),
    paths: [],
    narSize: 0,
    reason: "links to the requested packages, and the files of every image",
    roots,
    closure: closure.paths.map(({ path }) => path),
  };
  return [...storeLayers, rootLayer];
}
