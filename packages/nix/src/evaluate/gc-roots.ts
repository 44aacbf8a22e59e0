import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, readlink, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PackageSourceError } from "@nixery/package-source";
import createDebug from "debug";

const debug = createDebug("nixery:nix");

export interface GcRootsOptions {
  /** Several processes may share it. */
  readonly directory: string;
  /** Number of links that are kept when they have not been renewed for an hour. */
  readonly maxIdle: number;
}

/** Links that protect store paths from Nix's garbage collection. */
export interface GcRoots {
  /**
   * Arguments with which `nix-store --realise` links to its results and prints the links. The same
   * targets have the same links, so that realising them again renews these.
   */
  argumentsFor(targets: readonly string[]): Promise<readonly string[]>;
  /** The store paths that links point to. */
  pathsOf(links: readonly string[]): Promise<readonly string[]>;
  /** Removes idle links; its errors go to the debug log. */
  removeOld(): Promise<void>;
}

/** A build reads its paths soon after they were realised; older links are not in use. */
const inUseMilliseconds = 3_600_000;

/** Names of this file's links; Nix adds a number, and the output if it is not `out`. */
const ownName = /^[0-9a-f]{32}(-|$)/;

export function createGcRoots({ maxIdle, ...options }: GcRootsOptions): GcRoots {
  const directory = resolve(options.directory);

  const removeOld = async (): Promise<void> => {
    const names = (await readdir(directory)).filter((name) => ownName.test(name));
    if (names.length <= maxIdle) {
      return;
    }
    const links = await Promise.all(
      names.map(async (name) => ({ name, made: (await lstat(join(directory, name))).mtimeMs })),
    );
    const old = links
      .filter(({ made }) => Date.now() - made > inUseMilliseconds)
      .toSorted((a, b) => b.made - a.made)
      .slice(maxIdle);
    await Promise.all(old.map(({ name }) => unlink(join(directory, name))));
  };

  return {
    async argumentsFor(targets) {
      await mkdir(directory, { recursive: true }).catch((cause: unknown) => {
        throw new PackageSourceError("ERR_PACKAGE_SOURCE_NOT_WORKING", {
          message:
            "Creating the directory of garbage collection roots failed. Give the server write permission.",
          cause,
        });
      });
      const name = createHash("sha256").update(targets.join("\n")).digest("hex").slice(0, 32);
      return ["--add-root", join(directory, name), "--indirect"];
    },

    async pathsOf(links) {
      return await Promise.all(links.map((link) => readlink(link)));
    },

    async removeOld() {
      // Another process may have removed the same link; the next build removes the others.
      await removeOld().catch((error: unknown) => debug("%O", error));
    },
  };
}
