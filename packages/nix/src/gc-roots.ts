import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, readlink, unlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import createDebug from "debug";
import { NixError } from "./nix-error.ts";

const debug = createDebug("nixery:nix");

export interface GcRootsOptions {
  /** Several processes may share it. */
  readonly directory: string;
  /** How many links are kept of those that have not been renewed for an hour. */
  readonly keep: number;
}

/** Links that keep store paths from Nix's garbage collection. */
export interface GcRoots {
  /**
   * Arguments with which `nix-store --realise` makes links to what it realises, and prints the
   * links. The same targets have the same links, so that realising them again renews these.
   */
  readonly argumentsFor: (targets: readonly string[]) => Promise<readonly string[]>;
  /** The store paths that links lead to. */
  readonly pathsOf: (links: readonly string[]) => Promise<readonly string[]>;
  /** Removes links that nobody needs any more. */
  readonly removeOld: () => Promise<void>;
}

/** A build reads its paths soon after they were realised; links of this age belong to none. */
const inUseMilliseconds = 3_600_000;

/** Names of links that are made here; Nix adds a number, and the output if it is not `out`. */
const ownName = /^[0-9a-f]{32}(-|$)/;

export function createGcRoots({ keep, ...options }: GcRootsOptions): GcRoots {
  const directory = resolve(options.directory);

  async function removeOld(): Promise<void> {
    const names = (await readdir(directory)).filter((name) => ownName.test(name));
    if (names.length <= keep) {
      return;
    }
    const links = await Promise.all(
      names.map(async (name) => ({ name, made: (await lstat(join(directory, name))).mtimeMs })),
    );
    const old = links
      .filter(({ made }) => Date.now() - made > inUseMilliseconds)
      .toSorted((a, b) => b.made - a.made)
      .slice(keep);
    await Promise.all(old.map(({ name }) => unlink(join(directory, name))));
  }

  return {
    argumentsFor: async (targets) => {
      await mkdir(directory, { recursive: true }).catch((cause: unknown) => {
        throw new NixError("ERR_NIX_NOT_INSTALLED", {
          message:
            "The directory for garbage collection roots cannot be made: let the server write to it.",
          cause,
        });
      });
      const name = createHash("sha256").update(targets.join("\n")).digest("hex").slice(0, 32);
      return ["--add-root", join(directory, name), "--indirect"];
    },

    pathsOf: async (links) => await Promise.all(links.map((link) => readlink(link))),

    // Another process may have been faster; what is left is removed by the next build.
    removeOld: async () => await removeOld().catch((error: unknown) => debug("%O", error)),
  };
}
