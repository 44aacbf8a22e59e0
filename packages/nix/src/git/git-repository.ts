import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PackageSourceError } from "@nixery/package-source";
import type { GitClient, GitResult } from "./git-client.ts";
import type { GitUrl } from "./git-url.ts";
import { onDisk } from "./on-disk.ts";

export interface GitCommit {
  readonly commit: string;
  /** Committer's date. */
  readonly created: Date;
}

/** A remote repository, of which no copy is kept. */
export interface GitRepository {
  /** Commits by the names of branches and tags; a tag comes before a branch of the same name. */
  refs(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** The commit with a full hash, or of `HEAD`; `undefined` when the repository lacks it. */
  commit(name: string, signal: AbortSignal): Promise<GitCommit | undefined>;
  /** Writes the files of a commit into `directory`, which exists and is empty. */
  checkOut(commit: string, directory: string, signal: AbortSignal): Promise<void>;
}

const initialise = ["init", "--quiet", "--template=", "."];

/** The server lacks the object, or serves only commits that have a name. */
const unknown = /not our ref|couldn't find remote ref|no such remote ref|bad object|not a commit/i;
/** The server cannot send a single commit, so that everything has to be fetched. */
const tooSimple = /shallow|unadvertised object|filter/i;

export function createGitRepository(client: GitClient, url: GitUrl): GitRepository {
  const failure = (result: GitResult): PackageSourceError =>
    new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", {
      message: `Fetching the git repository ${url.publicName} failed (${result.said}). Check that the server can reach it, or pull again later.`,
    });

  const run = async (cwd: string, signal: AbortSignal, ...args: string[]): Promise<string> => {
    const result = await client.run(args, { cwd, signal });
    if (!result.hasSucceeded) {
      throw failure(result);
    }
    return result.stdout;
  };

  /** Fetches a commit into an empty repository; the whole history where there is no other way. */
  const fetch = async (
    cwd: string,
    name: string,
    options: readonly string[],
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    const quiet = ["fetch", "--quiet", "--no-tags"];
    const result = await client.run([...quiet, "--depth=1", ...options, "origin", name], {
      cwd,
      signal,
    });
    if (result.hasSucceeded) {
      return "FETCH_HEAD";
    }
    if (unknown.test(result.said)) {
      return undefined;
    }
    if (!tooSimple.test(result.said)) {
      throw failure(result);
    }
    // The attempt has made a partial repository, which would fetch each missing object.
    await onDisk(url, rm(join(cwd, ".git"), { recursive: true }));
    await run(cwd, signal, ...initialise);
    const all = ["+HEAD:refs/all/HEAD", "+refs/heads/*:refs/all/*", "+refs/tags/*:refs/all-tags/*"];
    await run(cwd, signal, ...quiet, "origin", ...all);
    return name === "HEAD" ? "refs/all/HEAD" : name;
  };

  const withEmptyRepository = async <T>(
    signal: AbortSignal,
    use: (directory: string) => Promise<T>,
  ): Promise<T> => {
    const directory = await onDisk(url, mkdtemp(join(tmpdir(), "nixery-git-")));
    try {
      await run(directory, signal, ...initialise);
      return await use(directory);
    } finally {
      // A failure to clean up must not replace the result or the error.
      await rm(directory, { recursive: true, force: true }).catch(() => undefined);
    }
  };

  return {
    async refs(signal) {
      return await withEmptyRepository(signal, async (directory) =>
        parseRefs(await run(directory, signal, "ls-remote", "--heads", "--tags", "origin")),
      );
    },

    async commit(name, signal) {
      return await withEmptyRepository(signal, async (directory) => {
        const found = await fetch(directory, name, ["--filter=tree:0"], signal);
        if (found === undefined) {
          return undefined;
        }
        const args = ["log", "-1", "--format=%H %ct", found, "--"];
        const { hasSucceeded, stdout } = await client.run(args, { cwd: directory, signal });
        const [commit, seconds] = stdout.trim().split(" ");
        if (!hasSucceeded || commit === undefined) {
          return undefined;
        }
        return { commit, created: new Date(Number(seconds) * 1000) };
      });
    },

    async checkOut(commit, target, signal) {
      await withEmptyRepository(signal, async (directory) => {
        const found = await fetch(directory, commit, [], signal);
        if (found === undefined) {
          throw new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", {
            message: `Commit ${commit} is no longer in the git repository ${url.publicName}. Pull another tag.`,
          });
        }
        const checkOut = ["checkout", "--quiet", "--force", "--detach", found];
        await run(directory, signal, `--work-tree=${target}`, ...checkOut);
      });
    },
  };
}

/** Reads gitprotocol's `<hash> TAB <ref>`; a ref with `^{}` is the commit of an annotated tag. */
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
