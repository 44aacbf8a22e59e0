/**
 * - `ERR_BUILDER_STORE_CHANGED`: a file of the store vanished or changed while it was packed, as
 *   when garbage is collected meanwhile; asking again may succeed.
 * - `ERR_BUILDER_STORE_UNREADABLE`: no open files or memory are left to read the store with; later
 *   may succeed.
 * - `ERR_BUILDER_UNSUPPORTED_FILE`: something in the store is no file, directory or symbolic link.
 * - `ERR_BUILDER_INVALID_OPTION`: an option of `createImageBuilder` is out of its range.
 * - `ERR_BUILDER_BUSY`: too many images wait to be built.
 * - `ERR_BUILDER_CLOSED`: the builder was closed.
 */
export type BuilderErrorCode =
  | "ERR_BUILDER_STORE_CHANGED"
  | "ERR_BUILDER_STORE_UNREADABLE"
  | "ERR_BUILDER_UNSUPPORTED_FILE"
  | "ERR_BUILDER_INVALID_OPTION"
  | "ERR_BUILDER_BUSY"
  | "ERR_BUILDER_CLOSED";

export interface BuilderErrorDetails {
  /** One sentence that names the thing and the next step. */
  readonly message: string;
  /** The path in the store that it is about. */
  readonly path?: string | undefined;
  readonly cause?: unknown;
}

const brand = Symbol.for("@nixery/builder/BuilderError");

/** The one error that this package makes; those of storages and package sources pass through. */
export class BuilderError extends Error {
  override readonly name = "BuilderError";
  readonly code: BuilderErrorCode;
  readonly path: string | undefined;

  constructor(code: BuilderErrorCode, details: BuilderErrorDetails) {
    super(details.message, { cause: details.cause });
    this.code = code;
    this.path = details.path;
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Whether `value` is a {@link BuilderError}, of this or another copy of the package, and has
 * `code` when one is given.
 */
export function isBuilderError(value: unknown, code?: BuilderErrorCode): value is BuilderError {
  return (
    typeof value === "object" &&
    value !== null &&
    brand in value &&
    (code === undefined || ("code" in value && value.code === code))
  );
}
