import { stat } from "node:fs/promises";
import { dirname, resolve as resolvePath } from "node:path";
import {
  type PackageSource,
  PackageSourceError,
  type ResolvedSource,
} from "@nixery/package-source";
import { createNix, type Nix } from "../evaluate/nix.ts";
import type { PackageSetLocation } from "../evaluate/package-set-location.ts";
import { createPrepare } from "./create-prepare.ts";
import { type PackageSetOptions, settingsKey } from "./package-set-options.ts";

export interface PathSourceOptions extends PackageSetOptions {
  /** A file, or a directory with a `default.nix`. */
  readonly path: string;
  /**
   * A name for the files at the path, which must change when they change. With it, images are
   * cached.
   * @defaultValue none: each pull of an image calls Nix
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

    async resolve(tag, { signal } = {}) {
      signal?.throwIfAborted();
      return tag === "latest" ? latest : undefined;
    },

    prepare: createPrepare(nix, options, () => ({
      locate: async (_signal, use) => await use(await locate(path)),
      // Hide the path from clients.
      sourceName: "of this server",
    })),

    async tags({ signal } = {}) {
      signal?.throwIfAborted();
      return ["latest"];
    },
  };
}

async function locate(path: string): Promise<PackageSetLocation> {
  try {
    const isDirectory = (await stat(path)).isDirectory();
    return { path, root: isDirectory ? path : dirname(path) };
  } catch (cause) {
    throw new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", {
      message:
        "Reading the package set of this server failed. Check that its path exists and is readable.",
      cause,
    });
  }
}
