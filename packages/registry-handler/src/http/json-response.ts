import type { RegistryResponse } from "../registry-handler.ts";

export interface JsonResponseOptions {
  /** @defaultValue 200 */
  readonly status?: number | undefined;
  /** @defaultValue `"application/json"` */
  readonly contentType?: string | undefined;
  /** @defaultValue none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A response that contains `value`, with an exact length. */
export function jsonResponse(value: unknown, options: JsonResponseOptions = {}): RegistryResponse {
  const { status = 200, contentType = "application/json", headers } = options;
  const body = new TextEncoder().encode(JSON.stringify(value));
  return {
    status,
    headers: { "Content-Type": contentType, "Content-Length": String(body.length), ...headers },
    body,
  };
}
