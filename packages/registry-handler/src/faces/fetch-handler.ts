import type { RegistryHandler, RegistryResponse } from "../registry-handler.ts";
import { bodyStream, type Departure } from "./body-stream.ts";

/** A function from web requests to web responses. */
export type FetchHandler = (request: Request) => Promise<Response>;

/** 499, as nginx logs a client that disconnected. */
const clientClosedRequest = 499;

/**
 * Puts the registry on a server of `Request` and `Response`, such as Hono, Next.js, Bun or Deno.
 * Requests for paths that are not below `/v2` get a 404, so the server must route.
 */
export function createFetchHandler(handler: RegistryHandler): FetchHandler {
  return async (request) => {
    const controller = new AbortController();
    const signal = AbortSignal.any([request.signal, controller.signal]);
    const { method, url } = request;
    const { pathname, search } = new URL(url);
    const headers = Object.fromEntries(request.headers);
    try {
      const answer = await handler.handle({ method, url: pathname + search, headers }, { signal });
      return answer === undefined
        ? new Response(null, { status: 404 })
        : toResponse(answer, { controller, signal });
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
      return new Response(null, { status: clientClosedRequest });
    }
  };
}

function toResponse(answer: RegistryResponse, departure: Departure): Response {
  const { status, headers, body, idle } = answer;
  if (body === undefined) {
    return new Response(null, { status, headers });
  }
  if (body instanceof Uint8Array) {
    return new Response(new Uint8Array(body), { status, headers });
  }
  return new Response(bodyStream(body, idle, departure), { status, headers });
}
