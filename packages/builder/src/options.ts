import { availableParallelism } from "node:os";
import type { MetaPackages } from "@nixery/image-name";
import { defaultStrategy, type GroupingStrategy, type Popularity } from "@nixery/layers";
import type { PackageSource } from "@nixery/nix";
import type { Storage } from "@nixery/storage";
import type { BuildEvent } from "./build-event.ts";
import { BuilderError } from "./builder-error.ts";

export interface ImageBuilderOptions {
  /** Where layers, configs, manifests and cache entries are kept. */
  readonly storage: Storage;
  /** Where packages come from. */
  readonly packages: PackageSource;
  /** @defaultValue none beside `shell` and `arm64` */
  readonly metaPackages?: MetaPackages | undefined;
  /**
   * Most packages that a name may list.
   * @defaultValue 64
   */
  readonly maxPackages?: number | undefined;
  readonly grouping?: GroupingSettings | undefined;
  readonly compression?: CompressionSettings | undefined;
  readonly concurrency?: ConcurrencySettings | undefined;
  readonly caches?: CacheSettings | undefined;
  /**
   * The directory under which the store paths lie on this machine, for chroot stores.
   * @defaultValue `"/"`
   */
  readonly storeRoot?: string | undefined;
  /**
   * What becomes of a build under way when the last client that waits for it has left: it is
   * finished for those who ask next, or cancelled. One that has not begun is dropped.
   * @defaultValue `"finish"`
   */
  readonly abandon?: "finish" | "cancel" | undefined;
  /** Told of everything that happens; what it throws is ignored. */
  readonly onEvent?: ((event: BuildEvent) => void) | undefined;
}

export interface GroupingSettings {
  /** @defaultValue the default of `@nixery/layers` */
  readonly strategy?: GroupingStrategy | undefined;
  /**
   * Most layers of store paths in an image, 1 to 120; one layer of links comes on top.
   * @defaultValue 94
   */
  readonly budget?: number | undefined;
  /**
   * How many packages use each store path name, or a function that returns the data of the day. An
   * object that was given must not be changed afterwards.
   * @defaultValue none
   */
  readonly popularity?: Popularity | (() => Popularity | undefined) | undefined;
}

export interface CompressionSettings {
  /**
   * Level of gzip, 1 to 9.
   * @defaultValue 5
   */
  readonly level?: number | undefined;
}

export interface ConcurrencySettings {
  /**
   * Images that are built at the same time, from the call to Nix to the last layer. Others wait
   * for their turn.
   * @defaultValue 4
   */
  readonly builds?: number | undefined;
  /**
   * Images that may wait for their turn; others are refused until there is room. One that
   * everybody has left gives up its place.
   * @defaultValue 200
   */
  readonly queue?: number | undefined;
  /**
   * Layers that are built at the same time, in all images together.
   * @defaultValue 4
   */
  readonly layers?: number | undefined;
  /**
   * Blocks that are compressed at the same time, in all layers together. They run on the thread
   * pool, which has 4 threads unless `UV_THREADPOOL_SIZE` says otherwise and also reads files:
   * leave it one.
   * @defaultValue the number of processors, at most 3
   */
  readonly blocks?: number | undefined;
}

export interface CacheSettings {
  /**
   * Manifests remembered in memory.
   * @defaultValue 1000
   */
  readonly manifests?: number | undefined;
  /**
   * Layers remembered in memory.
   * @defaultValue 20000
   */
  readonly layers?: number | undefined;
  /**
   * Milliseconds for which a manifest in memory is believed. After that the storage is asked
   * whether all of the image is still there.
   * @defaultValue 60000
   */
  readonly trustFor?: number | undefined;
}

/** The options with their defaults, checked. */
export interface Settings {
  readonly storage: Storage;
  readonly packages: PackageSource;
  readonly naming: {
    readonly metaPackages: MetaPackages | undefined;
    readonly maxPackages: number | undefined;
  };
  readonly strategy: GroupingStrategy;
  readonly budget: number;
  readonly popularity: () => Popularity | undefined;
  readonly compression: { readonly level: number };
  readonly builds: number;
  readonly queue: number;
  readonly layers: number;
  readonly blocks: number;
  readonly cachedManifests: number;
  readonly cachedLayers: number;
  readonly trustFor: number;
  readonly storeRoot: string;
  readonly abandon: "finish" | "cancel";
}

/** @throws BuilderError `ERR_BUILDER_INVALID_OPTION` */
export function settingsOf(options: ImageBuilderOptions): Settings {
  const { grouping = {}, compression = {}, concurrency = {}, caches = {} } = options;
  const { popularity } = grouping;
  return {
    storage: options.storage,
    packages: options.packages,
    naming: { metaPackages: options.metaPackages, maxPackages: options.maxPackages },
    strategy: grouping.strategy ?? defaultStrategy,
    budget: whole("grouping.budget", grouping.budget ?? 94, 120),
    popularity: typeof popularity === "function" ? popularity : () => popularity,
    compression: { level: whole("compression.level", compression.level ?? 5, 9) },
    builds: whole("concurrency.builds", concurrency.builds ?? 4),
    queue: whole("concurrency.queue", concurrency.queue ?? 200),
    layers: whole("concurrency.layers", concurrency.layers ?? 4),
    blocks: whole("concurrency.blocks", concurrency.blocks ?? Math.min(availableParallelism(), 3)),
    cachedManifests: whole("caches.manifests", caches.manifests ?? 1000),
    cachedLayers: whole("caches.layers", caches.layers ?? 20_000),
    trustFor: whole("caches.trustFor", caches.trustFor ?? 60_000),
    storeRoot: options.storeRoot ?? "/",
    abandon: options.abandon ?? "finish",
  };
}

function whole(name: string, value: number, most: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) {
    return value;
  }
  const range = most === Number.MAX_SAFE_INTEGER ? "of at least 1" : `from 1 to ${most}`;
  throw new BuilderError("ERR_BUILDER_INVALID_OPTION", {
    message: `The option ${name} is ${value}; give a whole number ${range}.`,
  });
}
