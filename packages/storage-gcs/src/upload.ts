import type { WrittenObject } from "@nixery/storage";
import type { ObjectContext } from "./gcs-object.ts";

/** An object to be stored. */
export interface Upload extends ObjectContext {
  readonly contentType: string;
  /** Stored with the object, so that a write whose response was lost recognizes its own object. */
  readonly writeId: string;
  /** The write happens only if the object has this generation, `"0"` if there is none. */
  readonly onlyIf?: string | undefined;
}

/** The result of a write, before its version is known. */
export function writtenOf({ operation, contentType }: Upload, size: number): WrittenObject {
  return { key: operation.key, size, contentType };
}
