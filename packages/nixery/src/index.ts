export { createNixery } from "./create-nixery.ts";
export type { Nixery, NixeryEvent, NixeryOptions } from "./create-nixery.ts";
export type {
  BuildEvent,
  ExplainedImage,
  ExplainedLayer,
  ImageBuilder,
  ImageResult,
} from "@nixery/builder";
export type { RegistryEvent, RegistryHandler } from "@nixery/registry-handler";
