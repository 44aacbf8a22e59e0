import { createTurns } from "@nixery/kit/turns";
import { PackageSourceError, type ResolvedSource } from "@nixery/package-source";
import { LRUCache } from "lru-cache";
import { createLookUp, type LookUpOptions, type LookUpTask } from "./look-up.ts";
import { commitHash } from "./tags.ts";

/** A commit that a tag is pinned to. */
export interface PinnedCommit {
  /** Full hash. */
  readonly commit: string;
  /** Committer's date, where known. */
  readonly created: Date | undefined;
}

export interface PinsTask extends Pick<LookUpTask<unknown>, "timedOut"> {
  /** The name of the tag `latest`. */
  readonly latest: string;
  /**
   * Looks up a name or full commit hash; `undefined` when there is none.
   *
   * @param known - the commits found so far, by hash
   */
  find(name: string, known: KnownCommits, signal: AbortSignal): Promise<PinnedCommit | undefined>;
}

export type KnownCommits = Pick<LRUCache<string, PinnedCommit>, "get">;

/** The commits that names were found to mean. */
export interface Pins {
  find(name: string, signal: AbortSignal | undefined): Promise<PinnedCommit | undefined>;
}

/** Look-ups at the same time: each costs a request or a process. */
const maxLookUps = 8;

/** Commits never change, so only their number is bounded. */
const maxCommits = 1000;

export function createPins(task: PinsTask, options: LookUpOptions): Pins {
  const commits = new LRUCache<string, PinnedCommit>({ max: maxCommits });
  const turns = createTurns({ maxRunning: maxLookUps });

  const find = async (name: string, signal: AbortSignal): Promise<PinnedCommit | undefined> => {
    const ask = async (): Promise<PinnedCommit | undefined> =>
      await task.find(name, commits, signal);
    // Most pulls need this name. They must not wait for names that clients made up.
    const found = name === task.latest ? await ask() : await turns.take(ask, { signal });
    if (found !== undefined) {
      commits.set(found.commit, found);
    }
    return found;
  };
  const lookUp = createLookUp(
    { find, timedOut: (name, seconds) => task.timedOut(name, seconds) },
    options,
  );

  return {
    find: async (name, signal) =>
      commits.get(commitHash(name) ?? "") ?? (await lookUp(name, signal)),
  };
}

/** The commit of a resolved source; `sourceName` is for the error of a source of another kind. */
export function pinnedRevision({ revision }: ResolvedSource, sourceName: string): string {
  if (revision === undefined) {
    throw new PackageSourceError("ERR_PACKAGE_SOURCE_INVALID_OPTION", {
      message: `The resolved source is not one of ${sourceName}. Pass the result of its resolve method.`,
    });
  }
  return revision;
}
