import type { RegistryResponse } from "./registry-handler.ts";

/** The codes of the distribution spec ("Error Codes") that a registry that is only read needs. */
type ErrorCode =
  | "BLOB_UNKNOWN"
  | "DIGEST_INVALID"
  | "MANIFEST_UNKNOWN"
  | "NAME_INVALID"
  | "NAME_UNKNOWN"
  | "TOOMANYREQUESTS"
  | "UNSUPPORTED";

export interface ErrorBody {
  readonly code: ErrorCode;
  /** One sentence for the person who pulls; holds nothing that only the operator may know. */
  readonly message: string;
  readonly detail?: unknown;
}

/** A response with one error in the spec's form. */
export function errorResponse(
  status: number,
  { code, message, detail }: ErrorBody,
  headers: Readonly<Record<string, string>> = {},
): RegistryResponse {
  return jsonResponse({ errors: [{ code, message, detail }] }, { status, headers });
}

export interface JsonResponseOptions {
  /** @defaultValue 200 */
  readonly status?: number | undefined;
  /** @defaultValue `"application/json"` */
  readonly contentType?: string | undefined;
  /** @defaultValue none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A response that holds `value`, with an exact length. */
export function jsonResponse(value: unknown, options: JsonResponseOptions = {}): RegistryResponse {
  const { status = 200, contentType = "application/json", headers } = options;
  const body = new TextEncoder().encode(JSON.stringify(value));
  return {
    status,
    headers: { "Content-Type": contentType, "Content-Length": String(body.length), ...headers },
    body,
  };
}

/** `text` for a message: quoted, control characters escaped, cut when long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 63)}…` : text);
}
