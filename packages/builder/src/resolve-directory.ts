import { isBuilderError } from "./builder-error.ts";
import type { ByteString } from "./byte-string.ts";
import type { StoreFiles } from "./store-files.ts";

/** As Linux does before it says ELOOP (path_resolution(7)). */
const mostLinks = 40;

/** Follows links to the directory that a path means, `undefined` when it means none. */
export type ResolveDirectory = (path: ByteString) => Promise<ByteString | undefined>;

/**
 * Resolves paths within the closure alone. A link that leaves it means nothing: what it points to
 * is not in the image, and whether this machine has it must not matter.
 */
export function createResolveDirectory(
  files: StoreFiles,
  closure: ReadonlySet<ByteString>,
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
      const stats = await present(files.stat(next));
      if (stats?.isDirectory()) {
        at = next;
      } else if (stats?.isSymbolicLink() && (links += 1) <= mostLinks) {
        const target = await files.link(next);
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

/** `undefined` where nothing is: links may dangle. */
async function present<T>(looked: Promise<T>): Promise<T | undefined> {
  try {
    return await looked;
  } catch (error) {
    if (isBuilderError(error, "ERR_BUILDER_STORE_CHANGED")) {
      return undefined;
    }
    throw error;
  }
}
