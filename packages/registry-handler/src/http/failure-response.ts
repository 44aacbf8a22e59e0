import { isStorageError } from "@nixery/storage";
import type { RegistryResponse } from "../registry-handler.ts";
import { errorResponse, unavailableResponse } from "./error-response.ts";

/** In seconds; freeing space is manual work. */
const retryAfterFull = 60;

/**
 * The response to a request that failed for a reason that is hidden from clients. The spec has no code
 * for it, and its list binds 4XX responses only; of those in the list, `TOOMANYREQUESTS` and
 * `UNSUPPORTED` show a client whether a later request can succeed.
 */
export function failureResponse(error: unknown): RegistryResponse {
  switch (isStorageError(error) ? error.code : undefined) {
    case "ERR_STORAGE_UNAVAILABLE":
      return unavailableResponse("The registry's storage is unavailable. Try again later.");
    case "ERR_STORAGE_FULL":
      return unavailableResponse(
        "The registry's storage is full. Its operator must free space before it can build images.",
        retryAfterFull,
      );
    case "ERR_STORAGE_NOT_FOUND":
      return unavailableResponse("The registry's storage was cleared during the build. Try again.");
    case "ERR_STORAGE_DENIED":
      return faultResponse("The registry's storage denied access");
    case "ERR_STORAGE_CORRUPT":
      return faultResponse("The registry's copy of this content is corrupt");
    default:
      return faultResponse("The registry failed");
  }
}

/** A later request fails too, until the operator has fixed the cause. */
function faultResponse(failure: string): RegistryResponse {
  return errorResponse(500, {
    code: "UNSUPPORTED",
    message: `${failure}. Ask its operator to look up the cause in its log.`,
  });
}
