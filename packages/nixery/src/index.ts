export { createNixery } from "./create-nixery.ts";
export type { Nixery, NixeryEvent, NixeryOptions } from "./create-nixery.ts";
// The types of every option, method and event, so that an embedder needs no other import for them.
export type {
  BuildEvent,
  CacheSettings,
  CompressionSettings,
  ConcurrencySettings,
  ExplainedImage,
  ExplainedLayer,
  GroupingSettings,
  ImageBuilder,
} from "@nixery/builder";
export type { MetaPackages } from "@nixery/image-name";
export type {
  ImageRequest,
  ImageRequestOptions,
  ImageResult,
  Refusal,
  Unavailable,
} from "@nixery/image-source";
export type { GroupingStrategy, Popularity } from "@nixery/layers";
export type { Descriptor, Digest, ManifestFormat } from "@nixery/manifest";
export type { Closure, PackageSource, ResolvedSource } from "@nixery/package-source";
export type { LayerCodecReference, StoreReaderReference } from "@nixery/packing";
export type {
  HandleOptions,
  MaxBuildWait,
  RegistryEvent,
  RegistryHandler,
  RegistryRequest,
  RegistryResponse,
} from "@nixery/registry-handler";
export type { Storage } from "@nixery/storage";
