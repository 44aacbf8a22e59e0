import type { ByteString, StoreReader } from "@nixery/packing";

/** As many as Linux follows before ELOOP (path_resolution(7)). */
const maxLinks = 40;

/** Follows links to the directory of a path; `undefined` when there is none. */
export type ResolveDirectory = (path: ByteString) => Promise<ByteString | undefined>;

/**
 * Resolves paths within the closure alone. A link out of the closure dangles: its target is not in
 * the image, and whether this machine has it must not matter.
 */
export function createResolveDirectory(
  reader: StoreReader,
  closure: ReadonlySet<ByteString>,
  signal?: AbortSignal,
): ResolveDirectory {
  const above = new Set([...closure].map((path) => path.slice(0, path.lastIndexOf("/"))));
  const isAbove = (path: ByteString): boolean =>
    [...above].some((parent) => parent === path || parent.startsWith(`${path}/`));
  const isInside = (path: ByteString): boolean =>
    [...above].some((parent) => {
      if (!path.startsWith(`${parent}/`)) {
        return false;
      }
      const end = path.indexOf("/", parent.length + 1);
      return closure.has(end === -1 ? path : path.slice(0, end));
    });

  return async (path) => {
    let at = "";
    let links = 0;
    const left = path.split("/").toReversed();
    for (let part = left.pop(); part !== undefined; part = left.pop()) {
      if (part === "" || part === ".") {
        continue;
      }
      if (part === "..") {
        at = at.slice(0, Math.max(0, at.lastIndexOf("/")));
        continue;
      }
      const next = `${at}/${part}`;
      if (isAbove(next)) {
        at = next;
        continue;
      }
      if (!isInside(next)) {
        return undefined;
      }
      const kind = await reader.kindOf(next, { signal });
      if (kind === "directory") {
        at = next;
      } else if (kind === "symlink" && (links += 1) <= maxLinks) {
        const target = await reader.readLink(next, { signal });
        if (target.startsWith("/")) {
          at = "";
        }
        left.push(...target.split("/").toReversed());
      } else {
        return undefined;
      }
    }
    return isInside(at) ? at : undefined;
  };
}
