import { stat } from "node:fs/promises";
import { dirname, resolve as resolvePath } from "node:path";
import { NixError } from "./nix-error.ts";
import { createNix, type Nix } from "./nix.ts";
import { packageSetArguments, settingsKey, type PackageSetOptions } from "./package-set-options.ts";
import type { PackageSource, ResolvedSource } from "./package-source.ts";

export interface PathSourceOptions extends PackageSetOptions {
  /** A file, or a directory with a `default.nix`. */
  readonly path: string;
  /**
   * A name for what is at the path, and the promise that it changes when that changes. With it,
   * images are cached.
   * @defaultValue none: each pull of an image asks Nix
   */
  readonly revision?: string | undefined;
  /** @defaultValue `createNix()` */
  readonly nix?: Nix | undefined;
}

/** A package set on this machine. Its only tag is `latest`. */
export function createPathSource(options: PathSourceOptions): PackageSource {
  const path = resolvePath(options.path);
  const nix = options.nix ?? createNix();
  const { revision } = options;
  const latest: ResolvedSource =
    revision === undefined
      ? { cacheKey: undefined }
      : { cacheKey: `path:${revision}${settingsKey(options)}`, revision };

  return {
    name: path,
    resolve: async (tag, { signal } = {}) => {
      signal?.throwIfAborted();
      return tag === "latest" ? latest : undefined;
    },
    prepare: async (_resolved, packages, system, prepareOptions) =>
      await nix.realise(
        {
          locate: async (_signal, use) => {
            const found = await stat(path).catch((cause: unknown) => {
              throw unreadable(cause);
            });
            return await use({ path, root: found.isDirectory() ? path : dirname(path) });
          },
          // Clients read it, and where the folder lies is not their business.
          sourceName: "of this server",
          arguments: packageSetArguments(options),
          packages,
          system,
        },
        prepareOptions,
      ),
    tags: async ({ signal } = {}) => {
      signal?.throwIfAborted();
      return ["latest"];
    },
  };
}

/** The cause names the path, for the operator. */
function unreadable(cause: unknown): NixError {
  return new NixError("ERR_NIX_SOURCE_UNAVAILABLE", {
    message: "The package set of this server cannot be read: check that it is there.",
    cause,
  });
}
