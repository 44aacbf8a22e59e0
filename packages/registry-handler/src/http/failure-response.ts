import { isStorageError } from "@nixery/storage";
import { errorResponse } from "./error-response.ts";
import type { RegistryResponse } from "./registry-handler.ts";

/** Seconds after which a client may ask again, where nobody knows better. */
const retryAfter = 10;

/** Seconds that it takes somebody to free space. */
const retryWhenFull = 60;

/**
 * The answer to a request that failed for a reason which is not the client's business. The spec
 * has no code for this, and its list binds 4XX answers only; of those in the list,
 * `TOOMANYREQUESTS` and `UNSUPPORTED` say whether it makes sense to ask again.
 */
export function failureResponse(error: unknown): RegistryResponse {
  switch (isStorageError(error) ? error.code : undefined) {
    case "ERR_STORAGE_UNAVAILABLE":
      return unavailableResponse("The registry's storage does not answer now; try again later.");
    case "ERR_STORAGE_FULL":
      return unavailableResponse(
        "The registry's storage is full; its operator has to free space before new images can be built.",
        retryWhenFull,
      );
    case "ERR_STORAGE_NOT_FOUND":
      return unavailableResponse("The registry's storage was cleared meanwhile; try again.");
    case "ERR_STORAGE_DENIED":
      return faultResponse("The registry is not allowed to use its storage");
    case "ERR_STORAGE_CORRUPT":
      return faultResponse("What the registry has stored here is damaged");
    default:
      return faultResponse("The registry failed to answer");
  }
}

/** Asking again is of no use before somebody has mended what is in the log. */
function faultResponse(what: string): RegistryResponse {
  return errorResponse(500, {
    code: "UNSUPPORTED",
    message: `${what}; its operator finds the reason in its log.`,
  });
}

/**
 * Not now, but perhaps in `seconds` (RFC 9110, 15.6.4).
 * @param seconds rounded up to at least 1
 */
export function unavailableResponse(
  message: string,
  seconds: number = retryAfter,
): RegistryResponse {
  const delay = Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : retryAfter;
  return errorResponse(
    503,
    { code: "TOOMANYREQUESTS", message },
    { "Retry-After": String(delay), "Cache-Control": "no-store" },
  );
}
