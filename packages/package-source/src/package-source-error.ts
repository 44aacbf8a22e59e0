import { CodedError, type CodedErrorDetails, isCodedError } from "@nixery/kit/coded-error";

/**
 * - `ERR_PACKAGE_SOURCE_NOT_FOUND`: the package set lacks packages; `packages` names them all. Check
 *   their names.
 * - `ERR_PACKAGE_SOURCE_AMBIGUOUS`: a name differs from several attributes only in case. Ask for one
 *   of the attributes that the message lists.
 * - `ERR_PACKAGE_SOURCE_BUILD_FAILED`: evaluation or build failed; `reason` has the kind and `log` has
 *   the last lines of output. Fix the package, or ask for another package or revision.
 * - `ERR_PACKAGE_SOURCE_TIMEOUT`: the build took longer than the configured limit. Pull again to
 *   continue from what is built, or raise the limit.
 * - `ERR_PACKAGE_SOURCE_UNAVAILABLE`: the package set cannot be fetched at the moment. Pull again
 *   later; check that the server reaches the package set's address.
 * - `ERR_PACKAGE_SOURCE_NO_RESOURCES`: the machine lacks open files, processes, memory or disk
 *   space. Free some, or raise the limit, and pull again.
 * - `ERR_PACKAGE_SOURCE_NOT_WORKING`: a program that the source needs, such as Nix or git, is missing
 *   or does not work. Install or configure it.
 * - `ERR_PACKAGE_SOURCE_INVALID_OPTION`: an option of the source is invalid. Correct it.
 */
export type PackageSourceErrorCode =
  | "ERR_PACKAGE_SOURCE_NOT_FOUND"
  | "ERR_PACKAGE_SOURCE_AMBIGUOUS"
  | "ERR_PACKAGE_SOURCE_BUILD_FAILED"
  | "ERR_PACKAGE_SOURCE_TIMEOUT"
  | "ERR_PACKAGE_SOURCE_UNAVAILABLE"
  | "ERR_PACKAGE_SOURCE_NO_RESOURCES"
  | "ERR_PACKAGE_SOURCE_NOT_WORKING"
  | "ERR_PACKAGE_SOURCE_INVALID_OPTION";

/** Why a build failed. */
export type BuildFailure =
  | "unfree"
  | "broken"
  | "insecure"
  | "unsupported-platform"
  | "evaluation"
  | "builder";

export interface PackageSourceErrorDetails extends CodedErrorDetails {
  /**
   * The packages concerned, as they were asked for.
   * @defaultValue none
   */
  readonly packages?: readonly string[] | undefined;
  readonly reason?: BuildFailure | undefined;
  /**
   * The last lines of output, bounded; for the operator.
   * @defaultValue none
   */
  readonly log?: readonly string[] | undefined;
}

const brand = Symbol.for("@nixery/package-source/PackageSourceError");

/**
 * The one error that package sources reject with. Its message is for the person who pulls: of the
 * server it names nothing but store paths.
 */
export class PackageSourceError extends CodedError<PackageSourceErrorCode> {
  override readonly name = "PackageSourceError";
  readonly packages: readonly string[];
  readonly reason: BuildFailure | undefined;
  readonly log: readonly string[];

  constructor(code: PackageSourceErrorCode, details: PackageSourceErrorDetails) {
    super(brand, code, details);
    this.packages = details.packages ?? [];
    this.reason = details.reason;
    this.log = details.log ?? [];
  }
}

/**
 * Whether `value` is a {@link PackageSourceError}, of this or another copy of the package, and has
 * `code` when one is given.
 */
export function isPackageSourceError(
  value: unknown,
  code?: PackageSourceErrorCode,
): value is PackageSourceError {
  return isCodedError(value, brand, code);
}
