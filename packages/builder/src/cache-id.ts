import { createHash } from "node:crypto";

/** What an id is made of; its JSON says it without ambiguity. */
export type IdPart = string | number | boolean | readonly IdPart[];

/** 64 hex digits that stand for `parts`, for use in a storage key. */
export function cacheId(...parts: readonly IdPart[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
