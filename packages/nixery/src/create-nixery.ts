import {
  createImageBuilder,
  type BuildEvent,
  type ImageBuilder,
  type ImageBuilderOptions,
} from "@nixery/builder";
import {
  createRegistryHandler,
  type RegistryEvent,
  type RegistryHandler,
  type RegistryHandlerOptions,
} from "@nixery/registry-handler";

/** All that a registry tells about its work: what is built and what is answered. */
export type NixeryEvent = BuildEvent | RegistryEvent;

export interface NixeryOptions
  extends
    Omit<ImageBuilderOptions, "onEvent">,
    Omit<RegistryHandlerOptions, "images" | "storage" | "onEvent"> {
  /** Told of everything that happens, in the order in which it does. Must not throw. */
  readonly onEvent?: ((event: NixeryEvent) => void) | undefined;
}

/** A registry that builds images while they are pulled. */
export interface Nixery {
  /** For `createNodeListener`, `createFetchHandler` and their like. */
  readonly handler: RegistryHandler;
  /** For what goes beyond HTTP: building ahead of the first pull, explaining an image. */
  readonly images: ImageBuilder;
  /** Cancels the builds under way and waits until they have cleaned up. */
  close(): Promise<void>;
}

/**
 * Puts an image builder behind a registry handler. Both work on one storage.
 *
 * @throws BuilderError `ERR_BUILDER_INVALID_OPTION`
 */
export function createNixery(options: NixeryOptions): Nixery {
  const images = createImageBuilder(options);
  const handler = createRegistryHandler({ ...options, images });
  return { handler, images, close: () => images.close() };
}
