/**
 * - `ERR_NIX_PACKAGE_NOT_FOUND`: packages that the set does not have, all of them in `packages`.
 * - `ERR_NIX_PACKAGE_AMBIGUOUS`: a name that differs from several attributes only in case.
 * - `ERR_NIX_BUILD_FAILED`: evaluation or build failed; `reason` says why.
 * - `ERR_NIX_TIMEOUT`: the build took longer than the configured limit.
 * - `ERR_NIX_SOURCE_UNAVAILABLE`: the package set cannot be fetched now.
 * - `ERR_NIX_UNAVAILABLE`: the machine has no room for Nix now: no open files, processes, memory or
 *   disk space.
 * - `ERR_NIX_NOT_INSTALLED`: no working Nix on this machine.
 */
export type NixErrorCode =
  | "ERR_NIX_PACKAGE_NOT_FOUND"
  | "ERR_NIX_PACKAGE_AMBIGUOUS"
  | "ERR_NIX_BUILD_FAILED"
  | "ERR_NIX_TIMEOUT"
  | "ERR_NIX_SOURCE_UNAVAILABLE"
  | "ERR_NIX_UNAVAILABLE"
  | "ERR_NIX_NOT_INSTALLED";

/** Why a build failed. */
export type BuildFailure =
  | "unfree"
  | "broken"
  | "insecure"
  | "unsupported-platform"
  | "evaluation"
  | "builder";

export interface NixErrorDetails {
  /**
   * One sentence for the person who pulls: names the thing and the next step, and no place on this
   * machine but the store.
   */
  readonly message: string;
  /** The packages concerned, as they were asked for. */
  readonly packages?: readonly string[] | undefined;
  readonly reason?: BuildFailure | undefined;
  /** The last lines that Nix said, bounded; for the operator. */
  readonly log?: readonly string[] | undefined;
  /** For the operator. */
  readonly cause?: unknown;
}

const brand = Symbol.for("@nixery/nix/NixError");

/** The one error that package sources reject with. */
export class NixError extends Error {
  override readonly name = "NixError";
  readonly code: NixErrorCode;
  readonly packages: readonly string[];
  readonly reason: BuildFailure | undefined;
  readonly log: readonly string[];

  constructor(code: NixErrorCode, details: NixErrorDetails) {
    super(details.message, { cause: details.cause });
    this.code = code;
    this.packages = details.packages ?? [];
    this.reason = details.reason;
    this.log = details.log ?? [];
    Object.defineProperty(this, brand, { value: true });
  }
}

/** The same error with another message. */
export function withMessage({ code, cause, ...details }: NixError, message: string): NixError {
  return new NixError(code, { ...details, message, cause });
}

/**
 * Whether `value` is a {@link NixError}, of this or another copy of the package, and has `code`
 * when one is given.
 */
export function isNixError(value: unknown, code?: NixErrorCode): value is NixError {
  return (
    typeof value === "object" &&
    value !== null &&
    brand in value &&
    (code === undefined || ("code" in value && value.code === code))
  );
}
