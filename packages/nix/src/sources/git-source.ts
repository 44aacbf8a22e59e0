import { homedir } from "node:os";
import { join, normalize } from "node:path";
import { isTag } from "@nixery/image-name";
import { quote } from "@nixery/kit/quote";
import { type PackageSource, PackageSourceError } from "@nixery/package-source";
import { createNix, type Nix } from "../evaluate/nix.ts";
import { createGitCheckouts } from "../git/git-checkouts.ts";
import { createGitClient } from "../git/git-client.ts";
import { createGitRepository } from "../git/git-repository.ts";
import { parseGitUrl } from "../git/git-url.ts";
import { createPrepare } from "./create-prepare.ts";
import { createLookUp, type LookUpOptions } from "./look-up.ts";
import { type PackageSetOptions, settingsKey } from "./package-set-options.ts";
import { createPins, type PinnedCommit, pinnedRevision } from "./pins.ts";
import { commitHash, tagsOf } from "./tags.ts";

export interface GitSourceOptions extends PackageSetOptions, LookUpOptions {
  /**
   * `https://…`, `http://…`, `ssh://…`, `git://…`, `file://…`, `user@host:path` or an absolute path.
   * A user and password in an http address are sent to the server and appear nowhere else.
   */
  readonly url: string;
  /**
   * Path of the package set in the repository: a file, or a directory with a `default.nix`.
   * @defaultValue the repository's root
   */
  readonly subdirectory?: string | undefined;
  /**
   * Directory of the files of commits. Servers may share it.
   * @defaultValue `~/.cache/nixery/git`
   */
  readonly cacheDirectory?: string | undefined;
  /**
   * Number of commits whose files are kept when they have not been used for an hour.
   * @defaultValue 10
   */
  readonly maxIdleCheckouts?: number | undefined;
  /** @defaultValue `"git"`, found in `PATH` */
  readonly gitProgram?: string | undefined;
  /**
   * Variables for git's processes, in addition to the few that they inherit.
   * @defaultValue none
   */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** @defaultValue `createNix()` */
  readonly nix?: Nix | undefined;
}

/**
 * A package set in a git repository. A tag is a branch, a tag (before a branch of the same name)
 * or a full commit hash; `latest` is the repository's `HEAD`. `created` is the committer's date,
 * and `url` the address when other machines can use it.
 *
 * @throws PackageSourceError `ERR_PACKAGE_SOURCE_INVALID_OPTION` for an invalid address or
 * subdirectory
 */
export function createGitSource(options: GitSourceOptions): PackageSource {
  const url = parseGitUrl(options.url);
  const subdirectory = relativeDirectory(options.subdirectory ?? "");
  const nix = options.nix ?? createNix();
  const cacheDirectory = options.cacheDirectory ?? join(homedir(), ".cache", "nixery", "git");
  const client = createGitClient({
    url,
    program: options.gitProgram ?? "git",
    environment: options.environment ?? {},
    cacheDirectory,
  });
  const repository = createGitRepository(client, url);
  const checkouts = createGitCheckouts({
    directory: cacheDirectory,
    url,
    repository,
    maxIdle: options.maxIdleCheckouts ?? 10,
  });

  const timedOut = (_name: string, seconds: number): PackageSourceError =>
    new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", {
      message: `A look-up in the git repository ${url.publicName} timed out after ${seconds} s. Pull again later.`,
    });
  const pins = createPins(
    {
      latest: "HEAD",
      find: async (name, _known, signal) => await repository.commit(name, signal),
      timedOut,
    },
    options,
  );
  const listRefs = createLookUp(
    { find: async (_name, signal) => await repository.refs(signal), timedOut },
    options,
  );
  const refs = async (signal: AbortSignal | undefined): Promise<ReadonlyMap<string, string>> =>
    await listRefs("refs", signal);

  const find = async (
    tag: string,
    signal: AbortSignal | undefined,
  ): Promise<PinnedCommit | undefined> => {
    if (tag === "latest") {
      return await pins.find("HEAD", signal);
    }
    if (!isTag(tag)) {
      return undefined;
    }
    const commit = commitHash(tag) ?? (await refs(signal)).get(tag);
    return commit === undefined ? undefined : await pins.find(commit, signal);
  };

  return {
    name: url.display,

    async resolve(tag, { signal } = {}) {
      signal?.throwIfAborted();
      const found = await find(tag, signal);
      return (
        found && {
          cacheKey: `git:${found.commit}:${subdirectory}${settingsKey(options)}`,
          revision: found.commit,
          url: url.isRemote ? url.display : undefined,
          created: found.created,
        }
      );
    },

    prepare: createPrepare(nix, options, (resolved) => {
      const revision = pinnedRevision(resolved, `the git repository ${url.publicName}`);
      return {
        locate: async (signal, use) =>
          await checkouts.use(
            revision,
            signal,
            async (root) => await use({ path: join(root, subdirectory), root }),
          ),
        sourceName: `${url.publicName} at ${revision.slice(0, 12)}`,
      };
    }),

    async tags({ signal } = {}) {
      return tagsOf(["latest", ...(await refs(signal)).keys()]);
    },
  };
}

function relativeDirectory(text: string): string {
  const path = normalize(text === "" ? "." : text).replace(/\/$/, "");
  if (path.startsWith("/") || path === ".." || path.startsWith("../")) {
    throw new PackageSourceError("ERR_PACKAGE_SOURCE_INVALID_OPTION", {
      message: `Invalid subdirectory ${quote(text)}. Use a relative path inside the repository.`,
    });
  }
  return path === "." ? "" : path;
}
