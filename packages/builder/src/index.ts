export type { BuildEvent } from "./build-event.ts";
export { BuilderError, isBuilderError } from "./builder-error.ts";
export type { BuilderErrorCode, BuilderErrorDetails } from "./builder-error.ts";
export type { BuiltLayer } from "./build-layer.ts";
export type { ExplainedImage, ExplainedLayer } from "./explain-image.ts";
export { createImageBuilder } from "./image-builder.ts";
export type { ImageBuilder, ImageRequest, ImageRequestOptions } from "./image-builder.ts";
export type { ImageResult, Refusal, Unavailable } from "./image-result.ts";
export type {
  CacheSettings,
  CompressionSettings,
  ConcurrencySettings,
  GroupingSettings,
  ImageBuilderOptions,
} from "./options.ts";
