import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "@nixery/kit/errno-of";
import { createSingleFlight } from "@nixery/kit/single-flight";
import type { GitRepository } from "./git-repository.ts";
import type { GitUrl } from "./git-url.ts";
import { onDisk } from "./on-disk.ts";

export interface GitCheckoutsOptions {
  /** Several processes may share it. */
  readonly directory: string;
  /** Keeps the checkouts of different repositories apart. */
  readonly url: GitUrl;
  readonly repository: GitRepository;
  /** Number of checkouts that are kept when they are not in use. */
  readonly maxIdle: number;
}

/** Directories with the files of commits. */
export interface GitCheckouts {
  /** Calls `use` with the directory of a commit's files, which stay until its promise settles. */
  use<T>(commit: string, signal: AbortSignal, use: (directory: string) => Promise<T>): Promise<T>;
}

/** Another process may still read a checkout that it has touched within this time. */
const inUseMilliseconds = 3_600_000;

export function createGitCheckouts(options: GitCheckoutsOptions): GitCheckouts {
  const { repository, url } = options;
  const hash = createHash("sha256").update(url.display).digest("hex").slice(0, 16);
  const home = join(options.directory, hash);
  const fetches = createSingleFlight<void>();
  const users = new Map<string, number>();

  const fetch = async (commit: string, signal: AbortSignal): Promise<void> => {
    const fresh = await onDisk(url, makeDirectory());
    try {
      // The name becomes part of store paths, so it must not depend on the machine.
      await onDisk(url, mkdir(join(fresh, "source")));
      await repository.checkOut(commit, join(fresh, "source"), signal);
      await onDisk(url, rename(fresh, join(home, commit)).catch(ignoreExisting));
    } finally {
      await rm(fresh, { recursive: true, force: true }).catch(keep);
    }
    await removeOld().catch(keep);
  };

  const makeDirectory = async (): Promise<string> => {
    await mkdir(home, { recursive: true });
    return await mkdtemp(join(home, "new-"));
  };

  const removeOld = async (): Promise<void> => {
    const names = await readdir(home);
    const aged = await Promise.all(names.map(async (name) => ({ name, used: await usedAt(name) })));
    const idle = aged
      .filter(({ name, used }) => !users.has(name) && Date.now() - used > inUseMilliseconds)
      .toSorted((a, b) => b.used - a.used);
    const incomplete = idle.filter(({ name }) => name.startsWith("new-"));
    const complete = idle.filter(({ name }) => !name.startsWith("new-"));
    for (const { name } of [...incomplete, ...complete.slice(options.maxIdle)]) {
      await rm(join(home, name), { recursive: true, force: true });
    }
  };

  const usedAt = async (name: string): Promise<number> => {
    const info = await stat(join(home, name)).catch(() => undefined);
    return info?.mtimeMs ?? Date.now();
  };

  /** Marks a checkout as used now; `false` when it does not exist. */
  const touch = async (commit: string): Promise<boolean> => {
    const now = new Date();
    return await utimes(join(home, commit), now, now).then(
      () => true,
      () => false,
    );
  };

  return {
    async use(commit, signal, use) {
      users.set(commit, (users.get(commit) ?? 0) + 1);
      try {
        if (!(await touch(commit))) {
          await fetches.join(commit, async (shared) => await fetch(commit, shared), { signal });
        }
        return await use(join(home, commit, "source"));
      } finally {
        const others = users.get(commit)! - 1;
        if (others === 0) {
          users.delete(commit);
        } else {
          users.set(commit, others);
        }
      }
    },
  };
}

/** A directory that cannot be removed now is removed after a later fetch. */
function keep(): void {}

/** Another process has checked out the same commit. */
function ignoreExisting(error: unknown): void {
  if (!["ENOTEMPTY", "EEXIST"].includes(errnoOf(error) ?? "")) {
    throw error;
  }
}
