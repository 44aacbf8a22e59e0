import { join } from "node:path";
import { keyPattern } from "@nixery/storage";
import { namesIn } from "./files.ts";
import { isDirectory } from "./make-directory.ts";
import { type Owner, placeOf } from "./owner.ts";

/**
 * Where 0.1.0 kept what is now in `.records` and `.temporary`:
 *
 * - `types/<namespace>/<id>@<inode>`: content type and owner, without a version.
 * - `temporary/<owner>.<uuid>`: a write that is not complete.
 *
 * It is read and swept for one minor version, also while a server of 0.1.0 uses the directory, and
 * never written. That server does not lock keys, so it must not write keys that are changed
 * conditionally. While its directories exist, the keys `types/layers` and so on cannot be written.
 */
export interface LayoutOf01 {
  /** Its namespaces; none when the directory was not one of 0.1.0 when it was opened. */
  readonly namespaces: readonly string[];
  /** The directory of the records of a namespace, if 0.1.0 had that namespace. */
  records(namespace: string): string | undefined;
  /** The writes that 0.1.0 did not complete. */
  temporaries(): Promise<readonly TemporaryOf01[]>;
}

export interface TemporaryOf01 {
  readonly path: string;
  readonly owner: Owner;
}

export async function findLayoutOf01(directory: string): Promise<LayoutOf01> {
  const types = join(directory, "types");
  // 0.1.0 made all its directories when it opened a storage.
  const namespaces = (await isDirectory(join(types, "layers")))
    ? ["builds", "layers", "manifests", "staging"]
    : [];
  return {
    namespaces,
    records: (namespace) => (namespaces.includes(namespace) ? join(types, namespace) : undefined),
    async temporaries() {
      const names = namespaces.length > 0 ? await namesIn(join(directory, "temporary")) : [];
      return names
        .filter((name) => !keyPattern.test(`temporary/${name}`))
        .map((name) => ({
          path: join(directory, "temporary", name),
          owner: ownerOf01(name.slice(0, name.lastIndexOf("."))),
        }));
    },
  };
}

/** An owner as 0.1.0 spelled it: the boot, the process namespace, the process ID, its start. */
export function ownerOf01(owner: string): Owner {
  const [boot = "", namespace = "", id, start] = owner.split(".");
  return start === undefined ? owner : [placeOf(boot, namespace), id, start].join(".");
}
