import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { onDisk } from "./git-files.ts";
import type { GitRepository } from "./git-repository.ts";
import type { GitUrl } from "./git-url.ts";
import { createSharedOperations } from "./shared-operations.ts";

export interface GitCheckoutsOptions {
  /** Several processes may share it. */
  readonly directory: string;
  /** Tells the checkouts of one repository from those of others. */
  readonly url: GitUrl;
  readonly repository: GitRepository;
  /** How many are kept of those that are not in use. */
  readonly keep: number;
}

/** Directories with the files of commits. */
export interface GitCheckouts {
  /** Calls `use` with a commit's files, which stay there until its promise settles. */
  readonly use: <T>(
    commit: string,
    signal: AbortSignal,
    use: (directory: string) => Promise<T>,
  ) => Promise<T>;
}

/** Another process may still read what it has touched within this time. */
const inUseMilliseconds = 3_600_000;

export function createGitCheckouts(options: GitCheckoutsOptions): GitCheckouts {
  const { repository, url } = options;
  const hash = createHash("sha256").update(url.display).digest("hex").slice(0, 16);
  const home = join(options.directory, hash);
  const fetching = createSharedOperations<void>();
  const users = new Map<string, number>();

  async function fetch(commit: string, signal: AbortSignal): Promise<void> {
    const fresh = await onDisk(url, makeDirectory());
    try {
      // The name ends up in store paths, so that it must not depend on the machine.
      await onDisk(url, mkdir(join(fresh, "source")));
      await repository.checkOut(commit, join(fresh, "source"), signal);
      await onDisk(url, rename(fresh, join(home, commit)).catch(ignoreExisting));
    } finally {
      await rm(fresh, { recursive: true, force: true }).catch(leave);
    }
    await removeOld().catch(leave);
  }

  async function makeDirectory(): Promise<string> {
    await mkdir(home, { recursive: true });
    return await mkdtemp(join(home, "new-"));
  }

  async function removeOld(): Promise<void> {
    const names = await readdir(home);
    const aged = await Promise.all(names.map(async (name) => ({ name, used: await usedAt(name) })));
    const idle = aged
      .filter(({ name, used }) => !users.has(name) && Date.now() - used > inUseMilliseconds)
      .toSorted((a, b) => b.used - a.used);
    const left = idle.filter(({ name }) => name.startsWith("new-"));
    const complete = idle.filter(({ name }) => !name.startsWith("new-"));
    for (const { name } of [...left, ...complete.slice(options.keep)]) {
      await rm(join(home, name), { recursive: true, force: true });
    }
  }

  async function usedAt(name: string): Promise<number> {
    const info = await stat(join(home, name)).catch(() => undefined);
    return info?.mtimeMs ?? Date.now();
  }

  /** Whether the checkout is there; then its time says that it is in use. */
  async function touch(commit: string): Promise<boolean> {
    const now = new Date();
    return await utimes(join(home, commit), now, now).then(
      () => true,
      () => false,
    );
  }

  return {
    use: async (commit, signal, use) => {
      users.set(commit, (users.get(commit) ?? 0) + 1);
      try {
        if (!(await touch(commit))) {
          await fetching.run(commit, async (shared) => await fetch(commit, shared), signal);
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

/** What cannot be removed now is removed after another fetch. */
function leave(): void {}

/** Another process was faster with the same commit. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") {
    throw error;
  }
}
