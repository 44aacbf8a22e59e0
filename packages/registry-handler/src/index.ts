export { createRegistryHandler } from "./create-registry-handler.ts";
export type { RegistryHandlerOptions } from "./create-registry-handler.ts";
export { defaultMaxBuildWait } from "./max-build-wait.ts";
export type { MaxBuildWait } from "./max-build-wait.ts";
export type { RegistryEvent } from "./registry-event.ts";
export type {
  HandleOptions,
  IdleLimit,
  RegistryHandler,
  RegistryRequest,
  RegistryResponse,
} from "./registry-handler.ts";
export type {
  ImageRequest,
  ImageRequestOptions,
  ImageResult,
  ImageSource,
  InvalidName,
  Refusal,
  Unavailable,
  UnknownImage,
} from "@nixery/image-source";
export type { ManifestFormat } from "@nixery/manifest";
