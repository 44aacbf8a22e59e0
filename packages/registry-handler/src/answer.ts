import { isRepositoryName } from "@nixery/image-name";
import { quote } from "@nixery/kit/quote";
import type { Exchange, Registry } from "./endpoints/exchange.ts";
import { serveBlob } from "./endpoints/serve-blob.ts";
import { serveManifest } from "./endpoints/serve-manifest.ts";
import { serveReferrers } from "./endpoints/serve-referrers.ts";
import { serveTags } from "./endpoints/serve-tags.ts";
import { errorResponse } from "./http/error-response.ts";
import { failureResponse } from "./http/failure-response.ts";
import { jsonResponse } from "./http/json-response.ts";
import type { Route } from "./http/route.ts";
import type { RegistryResponse } from "./registry-handler.ts";

/** The response to any request below `/v2`. Rejects with `signal.reason`, and with nothing else. */
export async function answer(
  registry: Registry,
  route: Route,
  exchange: Exchange,
): Promise<RegistryResponse> {
  const { method, signal } = exchange;
  try {
    return finish(await dispatch(registry, route, exchange), method);
  } catch (error) {
    signal?.throwIfAborted();
    exchange.onFailure("answer", error);
    return finish(failureResponse(error), method);
  }
}

const commonHeaders = {
  "Docker-Distribution-Api-Version": "registry/2.0",
  // Browsers must not render a part of an image as a page of the application beside the registry.
  "X-Content-Type-Options": "nosniff",
};

function finish(response: RegistryResponse, method: string): RegistryResponse {
  const headers = { ...commonHeaders, ...response.headers };
  const { status, body } = response;
  return method === "HEAD" ? { status, headers } : { status, headers, body };
}

async function dispatch(
  registry: Registry,
  route: Route,
  exchange: Exchange,
): Promise<RegistryResponse> {
  const { method } = exchange;
  if (method === "OPTIONS") {
    return { status: 204, headers: { Allow: allowedMethods } };
  }
  if (method !== "GET" && method !== "HEAD") {
    return unsupportedMethod(method);
  }
  if ("name" in route && !isRepositoryName(route.name)) {
    return invalidName(route.name);
  }
  switch (route.kind) {
    case "base":
      return jsonResponse({});
    case "malformed":
      return malformedUrl();
    case "unknown":
      return unknownEndpoint();
    case "manifest":
      return await serveManifest(registry, exchange, route);
    case "blob":
      return await serveBlob(registry, exchange, route);
    case "tags":
      return await serveTags(registry, exchange, route);
    case "referrers":
      return serveReferrers(route);
  }
}

const allowedMethods = "GET, HEAD, OPTIONS";

function unsupportedMethod(method: string): RegistryResponse {
  const message = `Unsupported method ${quote(method)}. This registry is read-only: use GET or HEAD.`;
  return errorResponse(405, { code: "UNSUPPORTED", message }, { Allow: allowedMethods });
}

function malformedUrl(): RegistryResponse {
  return errorResponse(400, {
    code: "NAME_INVALID",
    message: "The percent-encoding of the URL is invalid. Write image names without any.",
  });
}

function unknownEndpoint(): RegistryResponse {
  return errorResponse(404, {
    code: "UNSUPPORTED",
    message: "Endpoint not found. Pull /v2/<name>/manifests/<tag>.",
  });
}

function invalidName(name: string): RegistryResponse {
  return errorResponse(400, {
    code: "NAME_INVALID",
    message: `Invalid image name ${quote(name)}. Use up to 255 characters of lowercase package names separated by "/".`,
  });
}
