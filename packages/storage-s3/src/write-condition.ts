import type { S3Object } from "./s3-object.ts";

/** The condition of a write. */
export interface WriteCondition {
  /** The condition as parameters of a command. */
  readonly match: { readonly IfNoneMatch: "*" } | { readonly IfMatch: string };
  /** Stored with the object, so that a write whose response was lost recognizes its own object. */
  readonly metadata: Readonly<Record<string, string>>;
}

const writeIdName = "nixery-write-id";

/** There is no object. */
export function ifAbsent(): WriteCondition {
  return withWriteId({ IfNoneMatch: "*" });
}

/** The object has `version`; `undefined` when no object can have it. */
export function ifVersion(version: string): WriteCondition | undefined {
  return isVersion(version) ? withWriteId({ IfMatch: version }) : undefined;
}

/** Whether `version` can be an ETag. In `If-Match` a `*` is any object, and a comma makes a list. */
export function isVersion(version: string): boolean {
  return /^"?[\x21\x23-\x2b\x2d-\x7e]+"?$/.test(version) && version !== "*";
}

/** Whether `object` was stored by the write that has `condition`. */
export function isWrittenUnder({ metadata }: S3Object, condition: WriteCondition): boolean {
  return metadata[writeIdName] === condition.metadata[writeIdName];
}

function withWriteId(match: WriteCondition["match"]): WriteCondition {
  return { match, metadata: { [writeIdName]: crypto.randomUUID() } };
}
