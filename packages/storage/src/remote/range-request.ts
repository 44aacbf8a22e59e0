import { resolveRange } from "../resolve-range.ts";
import { StorageError } from "../storage-error.ts";
import type { ByteRange, ObjectInfo } from "../storage.ts";
import type { Operation } from "./remote-failure.ts";

/** `range` as a `Range` header (RFC 9110, 14.2). */
export function rangeHeader({ start, end }: ByteRange): string {
  return `bytes=${start}-${end ?? ""}`;
}

/** Whether `range` makes a valid header; a service ignores an invalid one and sends everything. */
export function isAskable({ start, end = start }: ByteRange): boolean {
  return Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
}

/** Size of the whole object in bytes, by the headers of a response with all or a part of it. */
export function sizeOfWhole(
  contentRange: string | undefined,
  contentLength: number | string | undefined,
): number {
  return Number(/\/(\d+)$/.exec(contentRange ?? "")?.[1] ?? contentLength ?? 0);
}

/**
 * The result of a read whose range is invalid for the service: rejects with `ERR_STORAGE_RANGE`, or
 * resolves to `undefined` when there is no object.
 */
export async function refuseRange(
  range: ByteRange | undefined,
  operation: Operation,
  lookUp: () => Promise<ObjectInfo | undefined>,
): Promise<undefined> {
  const info = await lookUp();
  if (info !== undefined) {
    resolveRange(range, info, operation.backend);
    throw replacedMeanwhile(operation);
  }
}

export function replacedMeanwhile({ backend, key }: Operation): StorageError {
  return new StorageError("ERR_STORAGE_UNAVAILABLE", {
    backend,
    key,
    message: `${key} in ${backend} was replaced while it was read. Try again.`,
  });
}
