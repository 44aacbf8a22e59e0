import { availableParallelism } from "node:os";
import type { MetaPackages } from "@nixery/image-name";
import { wholeNumber } from "@nixery/kit/whole-number";
import { defaultStrategy, type GroupingStrategy, type Popularity } from "@nixery/layers";
import type { PackageSource } from "@nixery/package-source";
import {
  diskReader,
  gzip,
  type LayerCodecReference,
  type StoreReaderReference,
} from "@nixery/packing";
import type { Storage } from "@nixery/storage";
import type { BuildEvent } from "./build-event.ts";
import { BuilderError } from "./builder-error.ts";

export interface ImageBuilderOptions {
  /** Keeps layers, configs, manifests and cache entries. */
  readonly storage: Storage;
  readonly packages: PackageSource;
  /** @defaultValue none beside `shell` and `arm64` */
  readonly metaPackages?: MetaPackages | undefined;
  /**
   * Number of packages that a name may list.
   * @defaultValue 64
   */
  readonly maxPackages?: number | undefined;
  readonly grouping?: GroupingSettings | undefined;
  readonly compression?: CompressionSettings | undefined;
  readonly concurrency?: ConcurrencySettings | undefined;
  readonly caches?: CacheSettings | undefined;
  /**
   * Reads the store paths.
   * @defaultValue `diskReader()` of `@nixery/packing`, which reads `/nix/store`
   */
  readonly reader?: StoreReaderReference | undefined;
  /**
   * Whether to finish or abort a running build when no client waits for it any more. A build that
   * is still in the queue is always aborted.
   * @defaultValue `"finish"`
   */
  readonly unwatchedBuilds?: "finish" | "abort" | undefined;
  /** Called with every event; its errors are ignored. */
  readonly onEvent?: ((event: BuildEvent) => void) | undefined;
}

export interface GroupingSettings {
  /** @defaultValue the default of `@nixery/layers` */
  readonly strategy?: GroupingStrategy | undefined;
  /**
   * Number of layers of store paths that an image may have, 1 to 120; one layer of links is added.
   * @defaultValue 94
   */
  readonly budget?: number | undefined;
  /**
   * How many packages use each store path name, or a function that returns today's data.
   * @defaultValue none
   */
  readonly popularity?: Popularity | (() => Popularity | undefined) | undefined;
}

export interface CompressionSettings {
  /**
   * Encodes layers.
   * @defaultValue `gzip()` of `@nixery/packing`, level 5
   */
  readonly codec?: LayerCodecReference | undefined;
}

export interface ConcurrencySettings {
  /**
   * Images that are built at the same time, from the call of the package source to the last layer.
   * @defaultValue 4
   */
  readonly maxBuilds?: number | undefined;
  /**
   * Builds that may wait for their turn; further ones are refused.
   * @defaultValue 200
   */
  readonly maxWaitingBuilds?: number | undefined;
  /**
   * Layers that are built at the same time, in all images together.
   * @defaultValue 4
   */
  readonly maxLayers?: number | undefined;
  /**
   * Blocks that are encoded at the same time, in all layers together. Gzip runs on the thread pool,
   * which has 4 threads unless `UV_THREADPOOL_SIZE` is set and also reads files: leave it one.
   * @defaultValue the number of processors, at most 3
   */
  readonly maxBlocks?: number | undefined;
}

export interface CacheSettings {
  /**
   * Images to keep in memory.
   * @defaultValue 1000
   */
  readonly maxImages?: number | undefined;
  /**
   * Layers to keep in memory.
   * @defaultValue 20000
   */
  readonly maxLayers?: number | undefined;
  /**
   * Milliseconds until an image in memory expires. Then the builder checks that all of the image is
   * still stored. Before that it checks the manifest alone.
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
  popularity(): Popularity | undefined;
  readonly codec: LayerCodecReference;
  readonly reader: StoreReaderReference;
  readonly concurrency: Checked<ConcurrencySettings>;
  readonly caches: Checked<CacheSettings>;
  readonly unwatchedBuilds: "finish" | "abort";
}

type Checked<Section> = { readonly [Name in keyof Section]-?: number };

/** @throws BuilderError `ERR_BUILDER_INVALID_OPTION` */
export function settingsOf(options: ImageBuilderOptions): Settings {
  const { grouping = {}, compression = {}, concurrency = {}, caches = {} } = options;
  const { popularity } = grouping;
  const { maxBuilds = 4, maxWaitingBuilds = 200, maxLayers = 4 } = concurrency;
  const { maxBlocks = Math.min(availableParallelism(), 3) } = concurrency;
  const { maxImages = 1000, trustFor = 60_000 } = caches;
  return {
    storage: options.storage,
    packages: options.packages,
    naming: { metaPackages: options.metaPackages, maxPackages: options.maxPackages },
    strategy: grouping.strategy ?? defaultStrategy,
    budget: whole("grouping.budget", grouping.budget ?? 94, 120),
    popularity: typeof popularity === "function" ? popularity : () => popularity,
    codec: compression.codec ?? gzip(),
    reader: options.reader ?? diskReader(),
    concurrency: {
      maxBuilds: whole("concurrency.maxBuilds", maxBuilds),
      maxWaitingBuilds: whole("concurrency.maxWaitingBuilds", maxWaitingBuilds),
      maxLayers: whole("concurrency.maxLayers", maxLayers),
      maxBlocks: whole("concurrency.maxBlocks", maxBlocks),
    },
    caches: {
      maxImages: whole("caches.maxImages", maxImages),
      maxLayers: whole("caches.maxLayers", caches.maxLayers ?? 20_000),
      trustFor: whole("caches.trustFor", trustFor),
    },
    unwatchedBuilds: options.unwatchedBuilds ?? "finish",
  };
}

function whole(option: string, value: number, max?: number): number {
  return wholeNumber(
    option,
    value,
    { min: 1, max },
    (message) => new BuilderError("ERR_BUILDER_INVALID_OPTION", { message }),
  );
}
