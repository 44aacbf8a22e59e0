import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GitClient, GitResult } from "./git-client.ts";
import { onDisk } from "./git-files.ts";
import type { GitUrl } from "./git-url.ts";
import { NixError } from "./nix-error.ts";

export interface GitCommit {
  readonly commit: string;
  /** Committer's date. */
  readonly created: Date;
}

/** What can be asked of a repository without having a copy of it. */
export interface GitRepository {
  /** Commits by the names of branches and tags; of a name that both have, the tag's. */
  readonly refs: (signal: AbortSignal) => Promise<ReadonlyMap<string, string>>;
  /** What a full commit hash or `HEAD` leads to; `undefined` where the repository has no such. */
  readonly commit: (name: string, signal: AbortSignal) => Promise<GitCommit | undefined>;
  /** Puts the files of a commit into `directory`, which exists and is empty. */
  readonly checkOut: (commit: string, directory: string, signal: AbortSignal) => Promise<void>;
}

const initialise = ["init", "--quiet", "--template=", "."];

/** The server has no such object, or lets only what has a name be asked for. */
const unknown = /not our ref|couldn't find remote ref|no such remote ref|bad object|not a commit/i;
/** What servers say that cannot give a single commit; then everything is fetched. */
const tooSimple = /shallow|unadvertised object|filter/i;

export function createGitRepository(client: GitClient, url: GitUrl): GitRepository {
  function failure(result: GitResult): NixError {
    return new NixError("ERR_NIX_SOURCE_UNAVAILABLE", {
      message: `The git repository ${url.publicName} cannot be fetched now (${result.said}): check that it can be reached, or pull again later.`,
    });
  }

  async function run(cwd: string, signal: AbortSignal, ...args: string[]): Promise<string> {
    const result = await client.run(args, { cwd, signal });
    if (!result.succeeded) {
      throw failure(result);
    }
    return result.stdout;
  }

  /** Fetches a commit into an empty repository; the whole history where there is no other way. */
  async function fetch(
    cwd: string,
    name: string,
    options: readonly string[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const quiet = ["fetch", "--quiet", "--no-tags"];
    const result = await client.run([...quiet, "--depth=1", ...options, "origin", name], {
      cwd,
      signal,
    });
    if (result.succeeded) {
      return "FETCH_HEAD";
    }
    if (unknown.test(result.said)) {
      return undefined;
    }
    if (!tooSimple.test(result.said)) {
      throw failure(result);
    }
    // The attempt has marked the repository as a partial one, which asks for all that it lacks.
    await onDisk(url, rm(join(cwd, ".git"), { recursive: true }));
    await run(cwd, signal, ...initialise);
    const all = ["+HEAD:refs/all/HEAD", "+refs/heads/*:refs/all/*", "+refs/tags/*:refs/all-tags/*"];
    await run(cwd, signal, ...quiet, "origin", ...all);
    return name === "HEAD" ? "refs/all/HEAD" : name;
  }

  async function withEmptyRepository<T>(
    signal: AbortSignal,
    use: (directory: string) => Promise<T>,
  ): Promise<T> {
    const directory = await onDisk(url, mkdtemp(join(tmpdir(), "nixery-git-")));
    try {
      await run(directory, signal, ...initialise);
      return await use(directory);
    } finally {
      // A failure to clean up must not hide what was found, or why it was not.
      await rm(directory, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  return {
    refs: async (signal) =>
      await withEmptyRepository(signal, async (directory) =>
        parseRefs(await run(directory, signal, "ls-remote", "--heads", "--tags", "origin")),
      ),

    commit: async (name, signal) =>
      await withEmptyRepository(signal, async (directory) => {
        const found = await fetch(directory, name, ["--filter=tree:0"], signal);
        if (found === undefined) {
          return undefined;
        }
        const args = ["log", "-1", "--format=%H %ct", found, "--"];
        const { succeeded, stdout } = await client.run(args, { cwd: directory, signal });
        const [commit, seconds] = stdout.trim().split(" ");
        if (!succeeded || commit === undefined) {
          return undefined;
        }
        return { commit, created: new Date(Number(seconds) * 1000) };
      }),

    checkOut: async (commit, target, signal) =>
      await withEmptyRepository(signal, async (directory) => {
        const found = await fetch(directory, commit, [], signal);
        if (found === undefined) {
          throw new NixError("ERR_NIX_SOURCE_UNAVAILABLE", {
            message: `The git repository ${url.publicName} has no commit ${commit} any more: ask for another tag.`,
          });
        }
        const checkOut = ["checkout", "--quiet", "--force", "--detach", found];
        await run(directory, signal, `--work-tree=${target}`, ...checkOut);
      }),
  };
}

/** Reads gitprotocol's `<hash> TAB <ref>`; a line with `^{}` says what an annotated tag is about. */
function parseRefs(output: string): ReadonlyMap<string, string> {
  const refs = new Map<string, string>();
  for (const line of output.split("\n")) {
    const [hash, ref] = line.split("\t");
    if (hash !== undefined && ref !== undefined) {
      refs.set(ref, hash);
    }
  }
  const named = new Map<string, string>();
  for (const prefix of ["refs/heads/", "refs/tags/"]) {
    for (const [ref, hash] of refs) {
      if (!ref.startsWith(prefix) || ref.endsWith("^{}")) {
        continue;
      }
      named.set(ref.slice(prefix.length), refs.get(`${ref}^{}`) ?? hash);
    }
  }
  return named;
}
