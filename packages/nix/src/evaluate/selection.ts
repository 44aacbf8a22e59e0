import {
  ambiguous,
  type AmbiguousPackage,
  type MissingPackage,
  notFound,
  refused,
  type RefusedPackage,
} from "./selection-failure.ts";

/** The part of a package that has to be realised. */
export interface SelectedPackage {
  /** As requested. */
  readonly name: string;
  /** The attribute path in the package set. */
  readonly attribute: string;
  readonly targets: readonly SelectedTarget[];
}

/** An output of a derivation, or a store path without one. */
export type SelectedTarget =
  | { readonly derivation: string; readonly output: string }
  | { readonly path: string };

/** The result of the selection expression: packages, unless one of the other lists has items. */
interface Selection {
  readonly missing: readonly MissingPackage[];
  readonly ambiguous: readonly AmbiguousPackage[];
  readonly refused: readonly RefusedPackage[];
  readonly packages: readonly SelectedPackage[];
}

/**
 * Parses the result of the selection expression.
 *
 * @throws PackageSourceError `ERR_PACKAGE_SOURCE_NOT_FOUND`, `ERR_PACKAGE_SOURCE_AMBIGUOUS`, or
 * `ERR_PACKAGE_SOURCE_BUILD_FAILED` for refused packages
 */
export function readSelection(json: string, sourceName: string): readonly SelectedPackage[] {
  const selection: Selection = JSON.parse(json);
  if (selection.missing.length > 0) {
    throw notFound(selection.missing, sourceName);
  }
  if (selection.ambiguous.length > 0) {
    throw ambiguous(selection.ambiguous);
  }
  if (selection.refused.length > 0) {
    throw refused(selection.refused);
  }
  return selection.packages;
}
