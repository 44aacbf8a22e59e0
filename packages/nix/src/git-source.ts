import { homedir } from "node:os";
import { join, normalize } from "node:path";
import { createGitCheckouts } from "./git-checkouts.ts";
import { createGitClient } from "./git-client.ts";
import { createGitRepository, type GitCommit } from "./git-repository.ts";
import { parseGitUrl } from "./git-url.ts";
import { NixError } from "./nix-error.ts";
import { createNix, type Nix } from "./nix.ts";
import { packageSetArguments, settingsKey, type PackageSetOptions } from "./package-set-options.ts";
import type { PackageSource } from "./package-source.ts";
import { createRecentValues } from "./recent-values.ts";
import { createSharedOperations } from "./shared-operations.ts";
import { commitOf, isTagName, sortedTags } from "./tag-name.ts";
import { withTimeLimit } from "./time-limit.ts";
import { createTurns } from "./turns.ts";

/** Tags that the repository is asked about at the same time: each costs a git process. */
const lookUpsAtOnce = 8;

export interface GitSourceOptions extends PackageSetOptions {
  /**
   * `https://…`, `ssh://…`, `git://…`, `file://…`, `user@host:path` or an absolute path. A user
   * and password in an http address are used, and shown nowhere.
   */
  readonly url: string;
  /**
   * Where in the repository the package set is: a file, or a directory with a `default.nix`.
   * @defaultValue the repository's root
   */
  readonly subdirectory?: string | undefined;
  /**
   * How long it is remembered which commit a branch or tag leads to, in milliseconds. Nothing is
   * served from memory after that, even if the repository cannot be reached.
   * @defaultValue 60_000
   */
  readonly pinFor?: number | undefined;
  /**
   * What one question to the repository may take, in milliseconds. Fetching the package set has
   * the time limit of `nix`.
   * @defaultValue 30_000
   */
  readonly timeout?: number | undefined;
  /**
   * Directory of the files of commits. Servers may share it.
   * @defaultValue `~/.cache/nixery/git`
   */
  readonly cacheDirectory?: string | undefined;
  /**
   * How many commits' files are kept when they have not been used for an hour.
   * @defaultValue 10
   */
  readonly keepCheckouts?: number | undefined;
  /** @defaultValue `"git"`, looked for in `PATH` */
  readonly gitProgram?: string | undefined;
  /**
   * Variables for git's processes, over the few that are passed on.
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
 * @throws TypeError when the address or the subdirectory cannot be used
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
    keep: options.keepCheckouts ?? 10,
  });

  const pinFor = options.pinFor ?? 60_000;
  const heads = createRecentValues<string>(pinFor);
  const names = createRecentValues<ReadonlyMap<string, string>>(pinFor);
  const unknown = createRecentValues<true>(pinFor);
  const commits = createRecentValues<GitCommit>(Infinity);
  const lookingUp = createSharedOperations<GitCommit | undefined>();
  const inTurn = createTurns(lookUpsAtOnce);
  const listing = createSharedOperations<ReadonlyMap<string, string>>();
  const timeout = options.timeout ?? 30_000;

  /** One question to the repository, for all who have it. */
  async function commit(
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<GitCommit | undefined> {
    const known = commits.get(heads.get(name) ?? name);
    if (known !== undefined || unknown.get(name)) {
      return known;
    }
    // What most pulls wait for must not wait for commits that somebody made up.
    const ask = async (limited: AbortSignal): Promise<GitCommit | undefined> =>
      name === "HEAD"
        ? await repository.commit(name, limited)
        : await inTurn(() => repository.commit(name, limited), limited);
    const found = await lookingUp.run(
      name,
      async (shared) => await withTimeLimit(timeout, shared, ask, slow),
      signal,
    );
    if (found === undefined) {
      unknown.set(name, true);
    } else {
      commits.set(found.commit, found);
      if (name === "HEAD") {
        heads.set(name, found.commit);
      }
    }
    return found;
  }

  async function refs(signal: AbortSignal | undefined): Promise<ReadonlyMap<string, string>> {
    const known = names.get("refs");
    if (known !== undefined) {
      return known;
    }
    const found = await listing.run(
      "refs",
      async (shared) => await withTimeLimit(timeout, shared, repository.refs, slow),
      signal,
    );
    names.set("refs", found);
    return found;
  }

  function slow(): NixError {
    return new NixError("ERR_NIX_SOURCE_UNAVAILABLE", {
      message: `The git repository ${url.publicName} did not answer within ${timeout / 1000} s: pull again later.`,
    });
  }

  async function find(
    tag: string,
    signal: AbortSignal | undefined,
  ): Promise<GitCommit | undefined> {
    if (tag === "latest") {
      return await commit("HEAD", signal);
    }
    if (!isTagName(tag)) {
      return undefined;
    }
    const name = commitOf(tag) ?? (await refs(signal)).get(tag);
    return name === undefined ? undefined : await commit(name, signal);
  }

  return {
    name: url.display,

    resolve: async (tag, { signal } = {}) => {
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

    prepare: async ({ revision }, packages, system, prepareOptions) => {
      if (revision === undefined) {
        throw new TypeError("The resolved source is not of a git repository.");
      }
      return await nix.realise(
        {
          locate: async (signal, use) =>
            await checkouts.use(
              revision,
              signal,
              async (root) => await use({ path: join(root, subdirectory), root }),
            ),
          sourceName: `${url.publicName} at ${revision.slice(0, 12)}`,
          arguments: packageSetArguments(options),
          packages,
          system,
        },
        prepareOptions,
      );
    },

    tags: async ({ signal } = {}) => sortedTags(["latest", ...(await refs(signal)).keys()]),
  };
}

function relativeDirectory(text: string): string {
  const path = normalize(text === "" ? "." : text).replace(/\/$/, "");
  if (path.startsWith("/") || path === ".." || path.startsWith("../")) {
    throw new TypeError(`The subdirectory ${text} is not inside the repository.`);
  }
  return path === "." ? "" : path;
}
