import { quote } from "@nixery/kit/quote";
import type { RegistryResponse } from "../registry-handler.ts";
import { jsonResponse } from "./json-response.ts";

/** The codes of the distribution spec ("Error Codes") that a read-only registry needs. */
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
  /** At most two sentences for the person that pulls, without details for the operator alone. */
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

/** The response to a digest that does not follow the grammar. */
export function invalidDigest(text: string): RegistryResponse {
  return errorResponse(400, {
    code: "DIGEST_INVALID",
    message: `Invalid digest ${quote(text)}. Write sha256: and 64 lowercase hexadecimal digits.`,
  });
}

/** Seconds after which a client may ask again when the cause sets no other time. */
const defaultRetryAfter = 10;

/**
 * 503: a later request may succeed (RFC 9110, 15.6.4).
 *
 * @param retryAfter - in seconds; rounded up to at least 1
 */
export function unavailableResponse(
  message: string,
  retryAfter: number = defaultRetryAfter,
): RegistryResponse {
  const delay = Number.isFinite(retryAfter)
    ? Math.max(1, Math.ceil(retryAfter))
    : defaultRetryAfter;
  return errorResponse(
    503,
    { code: "TOOMANYREQUESTS", message },
    { "Retry-After": String(delay), "Cache-Control": "no-store" },
  );
}
