import { CodedError, type CodedErrorDetails, isCodedError } from "@nixery/kit/coded-error";

/**
 * - `ERR_BUILDER_INVALID_OPTION`: an option of `createImageBuilder` is out of its range. Correct it.
 * - `ERR_BUILDER_BUSY`: the queue of builds is full. Pull again later, or raise
 *   `concurrency.maxBuilds` or `concurrency.maxWaitingBuilds`.
 * - `ERR_BUILDER_CLOSED`: the builder was closed, as when its server shuts down. Pull again when the
 *   server is back.
 */
export type BuilderErrorCode =
  | "ERR_BUILDER_INVALID_OPTION"
  | "ERR_BUILDER_BUSY"
  | "ERR_BUILDER_CLOSED";

const brand = Symbol.for("@nixery/builder/BuilderError");

/**
 * The one error that this package makes; those of storages, package sources and `@nixery/packing`
 * are passed on.
 */
export class BuilderError extends CodedError<BuilderErrorCode> {
  override readonly name = "BuilderError";

  constructor(code: BuilderErrorCode, details: CodedErrorDetails) {
    super(brand, code, details);
  }
}

/**
 * Whether `value` is a {@link BuilderError}, of this or another copy of the package, and has `code`
 * when one is given.
 */
export function isBuilderError(value: unknown, code?: BuilderErrorCode): value is BuilderError {
  return isCodedError(value, brand, code);
}
