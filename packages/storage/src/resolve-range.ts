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
 * The bytes of `object` that `range` selects: an end beyond the object is the object's end, no range
 * is the whole object. Throws `ERR_STORAGE_RANGE` when the range contains no byte.
 */
export function resolveRange(
  range: ByteRange | undefined,
  object: Pick<ObjectInfo, "key" | "size">,
  backend: string,
): ResolvedRange {
  const { key, size } = object;
  if (range === undefined) {
    return { start: 0, length: size };
  }
  const { start, end = size - 1 } = range;
  const areOffsets = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!areOffsets || start < 0 || start > end || start >= size) {
    throw new StorageError("ERR_STORAGE_RANGE", {
      backend,
      key,
      message: `Invalid range ${start}-${range.end ?? ""} of ${key} in ${backend}, which has ${size} bytes. Use a range inside the object.`,
    });
  }
  return { start, length: Math.min(end, size - 1) - start + 1 };
}
