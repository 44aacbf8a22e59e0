export type { BuildEvent, InBuild } from "./build-event.ts";
export { BuilderError, isBuilderError } from "./builder-error.ts";
export type { BuilderErrorCode } from "./builder-error.ts";
export type { ExplainedImage, ExplainedLayer } from "./explain-image.ts";
export { createImageBuilder } from "./image-builder.ts";
export type { ImageBuilder } from "./image-builder.ts";
export type {
  CacheSettings,
  CompressionSettings,
  ConcurrencySettings,
  GroupingSettings,
  ImageBuilderOptions,
} from "./options.ts";
export type { BuiltLayer } from "./cache/built-layer.ts";
