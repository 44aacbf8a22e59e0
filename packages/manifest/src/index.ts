export { createImageConfig, defaultEnv } from "./image-config.ts";
export type { ConfigLayer, ImageConfigOptions, ImagePlatform } from "./image-config.ts";
export { createIndex } from "./create-index.ts";
export type { IndexEntry, IndexOptions } from "./create-index.ts";
export { createManifest } from "./create-manifest.ts";
export type { ManifestOptions } from "./create-manifest.ts";
export type { Descriptor, Digest } from "./descriptor.ts";
export {
  digestAlgorithm,
  digestFromHex,
  digestHex,
  isDigest,
  parseDigest,
  sha256Digest,
} from "./digest.ts";
export type { DigestAlgorithm } from "./digest.ts";
export { encodeJson } from "./encode-json.ts";
export type { Encoded } from "./encoded.ts";
export { ManifestError, isManifestError } from "./manifest-error.ts";
export type { ManifestErrorCode } from "./manifest-error.ts";
export { dockerMediaTypes, ociMediaTypes } from "./media-types.ts";
export type { ManifestFormat, MediaTypes } from "./media-types.ts";
export { sourceAnnotations } from "./source-annotations.ts";
export type { SourceFacts } from "./source-annotations.ts";
