import { StorageError } from "../storage-error.ts";

/** Options of every backend that stores its objects in a bucket. */
export interface BucketOptions {
  /**
   * Directory of the bucket for all objects, without slashes at its ends.
   * @defaultValue `""`: the bucket itself
   */
  readonly prefix?: string | undefined;
  /**
   * How long a signed URL is valid, in milliseconds: from a second to a week, in whole seconds.
   * @defaultValue 300,000
   */
  readonly signedUrlLifetime?: number | undefined;
}

/** Where a backend stores its objects. */
export interface BackendLocation {
  /** `name` of the backend. */
  readonly name: string;
  /** Precedes each key in the bucket. */
  readonly keyPrefix: string;
}

/** The directory `prefix` of a bucket, or the bucket itself. */
export function locate(scheme: string, bucket: string, prefix: string = ""): BackendLocation {
  const directory = prefix.replaceAll(/^\/+|\/+$/g, "");
  return directory === ""
    ? { name: `${scheme}:${bucket}`, keyPrefix: "" }
    : { name: `${scheme}:${bucket}/${directory}`, keyPrefix: `${directory}/` };
}

/** The option or its default; throws `ERR_STORAGE_INVALID_OPTION`. */
export function signedUrlLifetimeOf(
  { signedUrlLifetime = 300_000 }: BucketOptions,
  backend: string,
): number {
  assertWithin(backend, "signedUrlLifetime", signedUrlLifetime, { min: 1000, max: 604_800_000 });
  return signedUrlLifetime;
}

/** Throws `ERR_STORAGE_INVALID_OPTION` unless `value` is a number from `min` to `max`. */
export function assertWithin(
  backend: string,
  option: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (!(value >= min && value <= max)) {
    throw invalidOption(backend, option, value, `a number from ${min} to ${max}`);
  }
}

export function invalidOption(
  backend: string,
  option: string,
  value: unknown,
  expected: string,
): StorageError {
  return new StorageError("ERR_STORAGE_INVALID_OPTION", {
    backend,
    message: `Invalid ${option} ${String(value)} of ${backend}. Use ${expected}.`,
  });
}
