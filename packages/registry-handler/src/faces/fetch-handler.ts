import { bodyStream, type Leaving } from "./body-stream.ts";
import type { RegistryHandler, RegistryResponse } from "./registry-handler.ts";

/** A function from web requests to web responses. */
export type FetchHandler = (request: Request) => Promise<Response>;

/**
 * Puts the registry on a server that speaks `Request` and `Response`, such as Hono, Next.js, Bun or
 * Deno. Paths that are not below `/v2` are answered with 404, so the server has to route.
 */
export function createFetchHandler(handler: RegistryHandler): FetchHandler {
  return async (request) => {
    const departure = new AbortController();
    const signal = AbortSignal.any([request.signal, departure.signal]);
    const { method, url } = request;
    const { pathname, search } = new URL(url);
    const headers = Object.fromEntries(request.headers);
    try {
      const answer = await handler.handle({ method, url: pathname + search, headers }, { signal });
      return answer === undefined
        ? new Response(null, { status: 404 })
        : toResponse(answer, { departure, signal });
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
      return new Response(null, { status: clientLeft });
    }
  };
}

/** Nobody sees it; what servers say in their logs when the client has left. */
const clientLeft = 499;

function toResponse(answer: RegistryResponse, leaving: Leaving): Response {
  const { status, headers, body, idle } = answer;
  if (body === undefined) {
    return new Response(null, { status, headers });
  }
  if (body instanceof Uint8Array) {
    return new Response(new Uint8Array(body), { status, headers });
  }
  return new Response(bodyStream(body, idle, leaving), { status, headers });
}
