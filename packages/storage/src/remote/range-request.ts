import { resolveRange } from "../resolve-range.ts";
import { StorageError } from "../storage-error.ts";
import type { ByteRange, ObjectInfo } from "../storage.ts";
import type { Operation } from "./remote-failure.ts";

/** `range` as a `Range` header (RFC 9110, 14.2). */
export function rangeHeader({ start, end }: ByteRange): string {
  return `bytes=${start}-${end ?? ""}`;
}

/** Whether `range` can be asked for: a service ignores a header that is none, and sends all. */
export function isAskable({ start, end = start }: ByteRange): boolean {
  return Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
}

/** Size of the whole object in bytes, by the headers of an answer with all of it or a part. */
export function sizeOfWhole(
  contentRange: string | undefined,
  contentLength: number | string | undefined,
): number {
  return Number(/\/(\d+)$/.exec(contentRange ?? "")?.[1] ?? contentLength ?? 0);
}

/**
 * What a read gives whose range the service refused, or need not be asked for: rejects with
 * `ERR_STORAGE_RANGE`, unless there is no object to have a range.
 */
export async function refuseRange(
  range: ByteRange | undefined,
  { backend, key }: Operation,
  lookUp: () => Promise<ObjectInfo | undefined>,
): Promise<undefined> {
  const info = await lookUp();
  if (info !== undefined) {
    resolveRange(range, info, backend);
    throw new StorageError("ERR_STORAGE_UNAVAILABLE", {
      backend,
      key,
      message: `${backend} replaced ${key} while it was read; try again`,
    });
  }
}
