export { createRegistryHandler } from "./create-registry-handler.ts";
export type { RegistryHandlerOptions } from "./create-registry-handler.ts";
export type {
  ImageRequest,
  ImageRequestOptions,
  ImageResult,
  ImageSource,
  ManifestFormat,
  Unavailable,
} from "./image-source.ts";
export { defaultPatience } from "./patience.ts";
export type { Patience } from "./patience.ts";
export type { RegistryEvent } from "./registry-event.ts";
export type {
  HandleOptions,
  IdleLimit,
  RegistryHandler,
  RegistryRequest,
  RegistryResponse,
} from "./registry-handler.ts";
