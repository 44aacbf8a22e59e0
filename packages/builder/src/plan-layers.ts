import { type GroupingStrategy, groupLayers, type Popularity } from "@nixery/layers";
import type { Closure } from "@nixery/nix";
import { cacheId } from "./cache-id.ts";
import { type Compression, compressionId } from "./compression.ts";

/** Raised when entries, their order or their bytes change for the same store paths. */
const layerFormat = 1;
/** Raised when the files that every image has, or the rules of linking, change. */
const rootFormat = 1;

interface LayerCommon {
  /** 64 hex digits; the same for the same content. Key of the layer's entry in the build cache. */
  readonly id: string;
  /** Store paths in the layer, sorted; none in the layer of links. */
  readonly paths: readonly string[];
  /** Sum of the NAR sizes of its paths, in bytes. */
  readonly narSize: number;
  /** Why these paths are a layer, in a few words for people. */
  readonly reason: string;
}

/** A layer of store paths. */
export interface StoreLayer extends LayerCommon {
  readonly kind: "store";
}

/** The layer that holds all but the store: links to the packages, `/tmp`, `/etc/passwd`. */
export interface RootLayer extends LayerCommon {
  readonly kind: "root";
  /** Store paths of the requested packages, the first with precedence. */
  readonly roots: readonly string[];
  /** All store paths of the image. */
  readonly closure: readonly string[];
}

/** A layer that has not been built yet. */
export type PlannedLayer = StoreLayer | RootLayer;

export interface PlanLayersOptions {
  readonly compression: Compression;
  readonly strategy: GroupingStrategy;
  /** Most layers of store paths. */
  readonly budget: number;
  readonly popularity: Popularity | undefined;
}

/**
 * The layers of an image in the order of its manifest: those of store paths, the most shared first,
 * and the links last, since hardly two images have the same.
 */
export function planLayers(closure: Closure, options: PlanLayersOptions): readonly PlannedLayer[] {
  const { compression, strategy, budget, popularity } = options;
  const { roots } = closure;
  const groups = groupLayers(closure.paths, { strategy, budget, popularity, roots });
  const format = compressionId(compression);
  const layers = groups.map(({ paths, size, reason = "" }): StoreLayer => ({
    kind: "store",
    id: cacheId("store-layer", layerFormat, format, paths),
    paths,
    narSize: size,
    reason,
  }));
  const root: RootLayer = {
    kind: "root",
    id: cacheId("root-layer", layerFormat, rootFormat, format, roots),
    paths: [],
    narSize: 0,
    reason: "links to the packages asked for, and the files that every image has",
    roots,
    closure: closure.paths.map(({ path }) => path),
  };
  return [...layers, root];
}

/** What stands for the layers of an image beside its closure. */
export const planFormat: string = `${layerFormat}.${rootFormat}`;
