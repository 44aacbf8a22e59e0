import { timestamp } from "./timestamp.ts";

/** Known facts of a package set; `ResolvedSource` of `@nixery/package-source` fits. */
export interface SourceFacts {
  /** Full commit hash. */
  readonly revision?: string | undefined;
  /** Address of the package set, without credentials. */
  readonly url?: string | undefined;
  /** Commit date. */
  readonly created?: Date | undefined;
}

/**
 * Annotations of the origin of an image's packages (image-spec, annotations.md), or
 * `undefined` when nothing is known.
 */
export function sourceAnnotations(
  source: SourceFacts,
): Readonly<Record<string, string>> | undefined {
  const { revision, url, created } = source;
  const known = Object.entries({
    "org.opencontainers.image.created": created && timestamp(created),
    "org.opencontainers.image.revision": revision,
    "org.opencontainers.image.source": url,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
