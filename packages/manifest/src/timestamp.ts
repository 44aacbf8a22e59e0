import { ManifestError } from "./manifest-error.ts";

/** Replaces an unknown date: a fixed one keeps digests the same. */
export const unknownDate: Date = new Date(0);

/**
 * `date` as in RFC 3339, in UTC and in whole seconds, the precision of commits.
 *
 * @throws ManifestError `ERR_MANIFEST_INVALID_VALUE` when the date is invalid or its year does not
 * have four digits
 */
export function timestamp(date: Date): string {
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  if (/^\d{4}-/.test(text)) {
    return `${text.slice(0, 19)}Z`;
  }
  throw new ManifestError("ERR_MANIFEST_INVALID_VALUE", {
    message: "Invalid creation date. Pass a date between the years 0 and 9999, or none.",
  });
}
