import { ManifestError } from "./manifest-error.ts";

/**
 * The only encoder of configs, manifests and indexes: canonical JSON as in RFC 8785, in UTF-8. Keys are sorted by their UTF-16 code units, there is no white space, and
 * members whose value is `undefined` are left out, so that equal values have equal bytes and
 * digests.
 *
 * @throws ManifestError `ERR_MANIFEST_INVALID_VALUE` for what JSON would change or lose: numbers
 * that are not finite, lone surrogates, functions, and objects that are not plain
 */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(encodeValue(value));
}

function encodeValue(value: unknown): string {
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value === "string" && value.isWellFormed()) {
    return JSON.stringify(value);
  }
  if (typeof value === "number" && Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(encodeValue).join(",")}]`;
  }
  if (isPlainObject(value)) {
    return encodeObject(value);
  }
  throw new ManifestError("ERR_MANIFEST_INVALID_VALUE", {
    message: `A value of type ${typeof value} has no exact form in JSON. Use null, booleans, finite numbers, well-formed strings, arrays and plain objects.`,
  });
}

function encodeObject(object: Readonly<Record<string, unknown>>): string {
  const members = Object.keys(object)
    .toSorted()
    .filter((key) => object[key] !== undefined)
    .map((key) => `${encodeValue(key)}:${encodeValue(object[key])}`);
  return `{${members.join(",")}}`;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
