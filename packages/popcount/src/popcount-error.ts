/**
 * - `ERR_POPCOUNT_USAGE`: an option has no meaning or contradicts another.
 * - `ERR_POPCOUNT_UNAVAILABLE`: a server does not answer, or not with what was asked for, after all
 *   attempts; later may succeed.
 * - `ERR_POPCOUNT_NOT_FOUND`: a channel, a list or a popularity file does not exist, or a cache
 *   holds none of the paths.
 * - `ERR_POPCOUNT_TOO_LARGE`: a body is larger than the limit.
 * - `ERR_POPCOUNT_INVALID_LIST`: a list holds something that is not a store path, or is damaged.
 * - `ERR_POPCOUNT_INVALID_NARINFO`: a narinfo file is malformed, is about another path, or has no
 *   signature by a trusted key.
 * - `ERR_POPCOUNT_INVALID_POPULARITY`: popularity data is not a JSON map of names to counts.
 * - `ERR_POPCOUNT_STATE`: the state file belongs to another count or cannot be read or written.
 * - `ERR_POPCOUNT_OUTPUT`: the result cannot be written.
 * - `ERR_POPCOUNT_NIX`: `nix-store` could not be run, failed, or said something unexpected.
 */
export type PopcountErrorCode =
  | "ERR_POPCOUNT_USAGE"
  | "ERR_POPCOUNT_UNAVAILABLE"
  | "ERR_POPCOUNT_NOT_FOUND"
  | "ERR_POPCOUNT_TOO_LARGE"
  | "ERR_POPCOUNT_INVALID_LIST"
  | "ERR_POPCOUNT_INVALID_NARINFO"
  | "ERR_POPCOUNT_INVALID_POPULARITY"
  | "ERR_POPCOUNT_STATE"
  | "ERR_POPCOUNT_OUTPUT"
  | "ERR_POPCOUNT_NIX";

const brand = Symbol.for("@nixery/popcount/PopcountError");

/** The one error of this package; an abort rejects with the signal's reason instead. */
export class PopcountError extends Error {
  /** Always `"PopcountError"`. */
  override readonly name = "PopcountError";
  /** What kind of failure it is; stable, unlike the message. */
  readonly code: PopcountErrorCode;

  /** @param message One sentence that names the thing and the next step; holds no secret. */
  constructor(code: PopcountErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Whether `value` is a {@link PopcountError}, of this or another copy of the package, and has
 * `code` when one is given.
 */
export function isPopcountError(value: unknown, code?: PopcountErrorCode): value is PopcountError {
  return (
    typeof value === "object" &&
    value !== null &&
    brand in value &&
    (code === undefined || ("code" in value && value.code === code))
  );
}

/** What went wrong, in a few words for use inside a message: the deepest cause says most. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (isPopcountError(error)) {
    return error.message;
  }
  if (error.cause instanceof Error) {
    return reasonOf(error.cause);
  }
  // Errors of several addresses tried in turn have an empty message and a code.
  return error.message === "" && "code" in error ? String(error.code) : error.message;
}
