import { ManifestError } from "./manifest-error.ts";

/** What stands for an unknown date: the same for everyone, so that digests do not depend on it. */
export const unknownDate: Date = new Date(0);

/**
 * `date` as in RFC 3339, in UTC, in whole seconds, as commits have it.
 *
 * @throws ManifestError `ERR_MANIFEST_INVALID_VALUE` when the date is invalid or its year does not
 * have four digits
 */
export function timestamp(date: Date): string {
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  if (/^\d{4}-/.test(text)) {
    return `${text.slice(0, 19)}Z`;
  }
  throw new ManifestError(
    "ERR_MANIFEST_INVALID_VALUE",
    "The creation date is not a date between the years 0 and 9999; pass a valid Date or none.",
  );
}
