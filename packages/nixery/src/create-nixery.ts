import {
  type BuildEvent,
  createImageBuilder,
  type ImageBuilder,
  type ImageBuilderOptions,
} from "@nixery/builder";
import {
  createRegistryHandler,
  type RegistryEvent,
  type RegistryHandler,
  type RegistryHandlerOptions,
} from "@nixery/registry-handler";

/** Everything that a registry reports: builds and responses. */
export type NixeryEvent = BuildEvent | RegistryEvent;

export interface NixeryOptions
  extends
    Omit<ImageBuilderOptions, "onEvent">,
    Omit<RegistryHandlerOptions, "images" | "storage" | "onEvent"> {
  /** Called with every event, in order. Its exceptions go to the debug log alone. */
  readonly onEvent?: ((event: NixeryEvent) => void) | undefined;
}

/** A registry that builds images while they are pulled. */
export interface Nixery {
  /** For `createNodeListener`, `createFetchHandler` and the other faces. */
  readonly handler: RegistryHandler;
  /** For use without HTTP: to build an image before its first pull, or to explain one. */
  readonly images: ImageBuilder;
  /** Aborts the running builds and resolves when they have cleaned up. */
  close(): Promise<void>;
}

/**
 * Connects an image builder to a registry handler, on one storage.
 *
 * @throws BuilderError `ERR_BUILDER_INVALID_OPTION`
 */
export function createNixery(options: NixeryOptions): Nixery {
  const images = createImageBuilder(options);
  const handler = createRegistryHandler({ ...options, images });
  return { handler, images, close: () => images.close() };
}
