import { StorageError } from "./storage-error.ts";
import type { ByteRange, ObjectInfo } from "./storage.ts";

/** Bytes of an object, for backends that count from an offset. */
export interface ResolvedRange {
  /** Offset of the first byte. */
  readonly start: number;
  /** Number of bytes; 0 only for the whole of an empty object. */
  readonly length: number;
}

/**
 * The bytes that `range` means in the object of `info`: an end beyond the object is the object's
 * end, no range is the whole object. Throws `ERR_STORAGE_RANGE` when the range holds no byte.
 */
export function resolveRange(
  range: ByteRange | undefined,
  info: ObjectInfo,
  backend: string,
): ResolvedRange {
  if (range === undefined) {
    return { start: 0, length: info.size };
  }
  const { start, end = info.size - 1 } = range;
  const offsets = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!offsets || start < 0 || start > end || start >= info.size) {
    throw new StorageError("ERR_STORAGE_RANGE", {
      backend,
      key: info.key,
      message: `${backend} cannot read bytes ${start}-${range.end ?? ""} of ${info.key}, which has ${info.size}; ask for a range inside it`,
    });
  }
  return { start, length: Math.min(end, info.size - 1) - start + 1 };
}
