import type { Storage } from "@nixery/storage";
import { createEmit, type Emit } from "./emit.ts";
import { errorResponse, jsonResponse, quote } from "./error-response.ts";
import { failureResponse } from "./failure-response.ts";
import { isName } from "./grammar.ts";
import type { ImageSource } from "./image-source.ts";
import { createManifestReader } from "./manifest-reader.ts";
import { defaultPatience, type Patience } from "./patience.ts";
import type { RegistryEvent } from "./registry-event.ts";
import {
  type HandleOptions,
  headerOf,
  type RegistryHandler,
  type RegistryRequest,
  type RegistryResponse,
} from "./registry-handler.ts";
import type { Exchange, Registry } from "./registry.ts";
import { isRegistryUrl, parseRoute, parseTarget, type Route } from "./route.ts";
import { serveBlob } from "./serve-blob.ts";
import { serveManifest } from "./serve-manifest.ts";
import { serveReferrers } from "./serve-referrers.ts";
import { serveTags } from "./serve-tags.ts";

export interface RegistryHandlerOptions {
  /** What answers a tag. */
  readonly images: ImageSource;
  /** Where manifests, configs and layers are, under the keys `layers/<sha256>`. */
  readonly storage: Storage;
  /** @defaultValue `defaultPatience` */
  readonly patience?: Patience | undefined;
  /**
   * Bytes of manifests to keep in memory; 0 keeps none.
   * @defaultValue 8 MiB
   */
  readonly manifestCacheSize?: number | undefined;
  /**
   * In milliseconds; `Infinity` is no limit. A response of which the client has taken nothing for
   * so long, and at most half as long again, is ended, so that clients that stop reading do not
   * hold memory and open files for ever. One that takes anything, however little, may go on.
   * @defaultValue 5 minutes
   */
  readonly idleTimeout?: number | undefined;
  /** Must not throw. */
  readonly onEvent?: ((event: RegistryEvent) => void) | undefined;
}

/** Serves the pull half of the OCI distribution spec, and refuses the other with 405. */
export function createRegistryHandler(options: RegistryHandlerOptions): RegistryHandler {
  const { images, storage, patience = defaultPatience } = options;
  const { manifestCacheSize: cacheSize = 8 * 1024 * 1024, idleTimeout = 300_000 } = options;
  const emit = createEmit(options.onEvent);
  const registry: Registry = {
    images,
    storage,
    manifests: createManifestReader(storage, { cacheSize }),
    patienceOf: typeof patience === "function" ? patience : () => patience,
  };
  return {
    async handle(request, handleOptions) {
      const { method, url } = request;
      if (!isRegistryUrl(url)) {
        return undefined;
      }
      const start = performance.now();
      const userAgent = headerOf(request, "user-agent");
      const response = await answer(registry, request, emit, handleOptions);
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

async function answer(
  registry: Registry,
  request: RegistryRequest,
  emit: Emit,
  { signal }: HandleOptions = {},
): Promise<RegistryResponse> {
  const { method, url } = request;
  const { path, query } = parseTarget(url);
  const onError = (during: "answer" | "body", error: unknown): void => {
    if (!signal?.aborted) {
      emit({ type: "request-failed", method, url, during, error });
    }
  };
  const isHead = method === "HEAD";
  const onBodyError = onError.bind(undefined, "body");
  const exchange: Exchange = { request, query, isHead, signal, onBodyError };
  try {
    return finish(await dispatch(registry, exchange, parseRoute(path)), isHead);
  } catch (error) {
    signal?.throwIfAborted();
    onError("answer", error);
    return finish(failureResponse(error), isHead);
  }
}

/** Browsers take no part of an image for a page of the application beside the registry. */
const commonHeaders = {
  "Docker-Distribution-Api-Version": "registry/2.0",
  "X-Content-Type-Options": "nosniff",
};

/** What every response has, and for `HEAD` no body. */
function finish(response: RegistryResponse, isHead: boolean): RegistryResponse {
  const headers = { ...commonHeaders, ...response.headers };
  const { status, body } = response;
  return isHead ? { status, headers } : { status, headers, body };
}

async function dispatch(
  registry: Registry,
  exchange: Exchange,
  route: Route,
): Promise<RegistryResponse> {
  const { method } = exchange.request;
  if (method === "OPTIONS") {
    return { status: 204, headers: { Allow: "GET, HEAD, OPTIONS" } };
  }
  if (method !== "GET" && method !== "HEAD") {
    return refuseMethod(method);
  }
  if (route.kind === "base") {
    return jsonResponse({});
  }
  if (route.kind === "malformed" || route.kind === "unknown") {
    return refusePath(route.kind);
  }
  if (!isName(route.name)) {
    return refuseName(route.name);
  }
  switch (route.kind) {
    case "manifest":
      return serveManifest(registry, exchange, route.name, route.reference);
    case "blob":
      return serveBlob(registry, exchange, route.digest);
    case "tags":
      return serveTags(registry, exchange, route.name);
    case "referrers":
      return serveReferrers(exchange, route.digest);
  }
}

function refuseMethod(method: string): RegistryResponse {
  return errorResponse(
    405,
    {
      code: "UNSUPPORTED",
      message: `${quote(method)} is not supported: this registry builds its images and takes none; use GET or HEAD.`,
    },
    { Allow: "GET, HEAD, OPTIONS" },
  );
}

function refusePath(kind: "malformed" | "unknown"): RegistryResponse {
  return kind === "malformed"
    ? errorResponse(400, {
        code: "NAME_INVALID",
        message: "The address has a broken percent-encoding; write names as they are.",
      })
    : errorResponse(404, {
        code: "UNSUPPORTED",
        message: "There is no such endpoint; pull /v2/<name>/manifests/<tag>.",
      });
}

function refuseName(name: string): RegistryResponse {
  return errorResponse(400, {
    code: "NAME_INVALID",
    message: `${quote(name)} is not an image name; use up to 255 characters of lowercase package names with "/" between them.`,
  });
}
