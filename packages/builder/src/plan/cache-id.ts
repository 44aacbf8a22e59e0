import { createHash } from "node:crypto";

/** A part of an id; as JSON it is unambiguous. */
export type IdPart = string | number | boolean | readonly IdPart[];

/** 64 hex digits that identify `parts`, for use as the id of a cache entry. */
export function cacheId(...parts: readonly IdPart[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
