import { isTag } from "@nixery/image-name";
import { compareText } from "@nixery/kit/compare-text";

/** `text` in lower case when it is a full commit hash. */
export function commitHash(text: string): string | undefined {
  return /^[0-9a-fA-F]{40}$/.test(text) ? text.toLowerCase() : undefined;
}

/** The names that can be written as tags, sorted, without duplicates. */
export function tagsOf(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].filter(isTag).toSorted(compareText);
}
