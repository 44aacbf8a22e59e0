import { createContent } from "@nixery/content";
import type { ImageSource } from "@nixery/image-source";
import { createEmit } from "@nixery/kit/create-emit";
import type { Storage } from "@nixery/storage";
import { answer } from "./answer.ts";
import type { Registry } from "./endpoints/exchange.ts";
import { parseRoute } from "./http/route.ts";
import { defaultMaxBuildWait, type MaxBuildWait } from "./max-build-wait.ts";
import type { RegistryEvent } from "./registry-event.ts";
import type { RegistryHandler, RegistryRequest } from "./registry-handler.ts";

export interface RegistryHandlerOptions {
  /** Finds the image of a name and a tag. */
  readonly images: ImageSource;
  /** Contains the manifests, configs and layers of the images. */
  readonly storage: Storage;
  /** @defaultValue `defaultMaxBuildWait` */
  readonly maxBuildWait?: MaxBuildWait | undefined;
  /**
   * Bytes of manifests to keep in memory; 0 keeps none.
   * @defaultValue 8 MiB
   */
  readonly maxCachedManifestBytes?: number | undefined;
  /**
   * In milliseconds; `Infinity` for no limit. The connection of a client that reads nothing of a
   * response for this long, and at most half as long again, is closed, so that stalled clients do not
   * hold memory and open files forever. A client that reads anything, however slowly, is not stalled.
   * @defaultValue 5 minutes
   */
  readonly idleTimeout?: number | undefined;
  /** Called with every event. Its exceptions go to the debug log alone. */
  readonly onEvent?: ((event: RegistryEvent) => void) | undefined;
}

/** Serves the pull half of the OCI distribution spec; returns 405 for methods that write. */
export function createRegistryHandler(options: RegistryHandlerOptions): RegistryHandler {
  const { images, storage, maxBuildWait = defaultMaxBuildWait } = options;
  const { maxCachedManifestBytes = 8 * 1024 * 1024, idleTimeout = 300_000 } = options;
  const emit = createEmit("nixery:registry-handler", options.onEvent);
  const registry: Registry = {
    images,
    content: createContent(storage, { maxCachedBytes: maxCachedManifestBytes }),
    maxBuildWait: typeof maxBuildWait === "function" ? maxBuildWait : () => maxBuildWait,
  };
  return {
    async handle(request, { signal } = {}) {
      const route = parseRoute(request.url);
      if (route === undefined) {
        return undefined;
      }
      const start = performance.now();
      const { method, url } = request;
      const userAgent = headerOf(request, "user-agent");
      const response = await answer(registry, route, {
        method,
        signal,
        header: (name) => headerOf(request, name),
        onFailure: (during, error) => {
          if (signal?.aborted !== true) {
            emit({ type: "request-failed", method, url, during, error });
          }
        },
      });
      emit({
        type: "request-answered",
        method,
        url,
        userAgent,
        status: response.status,
        size: Number(response.headers["Content-Length"] ?? 0),
        duration: performance.now() - start,
      });
      const onReached = (): void => emit({ type: "client-stalled", method, url, userAgent });
      return { ...response, idle: { timeout: idleTimeout, onReached } };
    },
  };
}

function headerOf(request: RegistryRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "object" ? value.join(", ") : value;
}
