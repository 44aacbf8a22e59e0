import { createHash, randomBytes } from "node:crypto";
import { readlink, symlink, unlink } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf } from "@nixery/kit/errno-of";
import { pause } from "@nixery/kit/pause";
import { StorageError } from "@nixery/storage";
import type { Directories } from "./directories.ts";
import { fileSystemTime, lastChange } from "./file-clock.ts";
import { unlessMissing } from "./files.ts";
import type { Layout } from "./layout.ts";
import { type Owner, stateOf } from "./owner.ts";

/** In milliseconds; older locks of processes that cannot be seen from here are taken over. */
const maxLockAge = 60_000;

/** In milliseconds, between two attempts to take a lock. */
const minPause = 1;
const maxPause = 50;

/** Rejects when the lock was taken over; called right before a change becomes visible. */
export type AssertHeld = () => Promise<void>;

/** Locks between processes. */
export interface FileLocks {
  /**
   * Runs `task` when no other task has the lock `name`, in any process. On abort it rejects with
   * `signal.reason` while it waits; a running task has to observe the signal itself.
   */
  hold<T>(
    name: string,
    signal: AbortSignal | undefined,
    task: (assertHeld: AssertHeld) => Promise<T>,
  ): Promise<T>;
  /** Removes the lock `name` if its process is gone; resolves to whether the lock is gone. */
  removeAbandoned(name: string, signal?: AbortSignal): Promise<boolean>;
}

export interface FileLocksOptions {
  readonly layout: Layout;
  readonly directories: Directories;
  readonly owner: Owner;
  /** Name of the storage, for errors. */
  readonly backend: string;
}

/**
 * A lock is a symbolic link whose target is its holder: `<owner>.<nonce>`. The system makes a link
 * with its target in one step, so half a lock is never visible, and it needs neither a file nor, being
 * short, a block: objects can be removed from a full disk.
 *
 * Of the processes that find a stale lock, only one may remove it, and only this very instance,
 * not the one that the next process has already made. So removing the lock of a holder takes a lock
 * named after that holder, by the same function: its holder checks that the holder is still in
 * place. The holder itself may only have been slow, so it checks the same before it changes anything.
 */
export function createFileLocks(options: FileLocksOptions): FileLocks {
  const { layout, directories, owner, backend } = options;
  /** Holders of this process whose link could not be removed. */
  const unreleased = new Set<string>();

  const pathOf = (name: string): string => join(layout.locks, name);
  const holderOf = async (name: string): Promise<string | undefined> =>
    await unlessMissing(readlink(pathOf(name)));

  const isAbandoned = async (name: string, holder: string): Promise<boolean> => {
    if (unreleased.has(holder)) {
      return true;
    }
    const state = await stateOf(holder.slice(0, holder.lastIndexOf(".")), owner);
    if (state !== "unknown") {
      return state === "gone";
    }
    const changed = await lastChange(pathOf(name));
    return changed !== undefined && (await fileSystemTime(layout, owner)) - changed > maxLockAge;
  };

  const removeAbandoned: FileLocks["removeAbandoned"] = async (name, signal) => {
    const holder = await holderOf(name);
    if (holder === undefined) {
      return true;
    }
    if (!(await isAbandoned(name, holder))) {
      return false;
    }
    const removal = `!${createHash("sha256").update(holder).digest("hex")}`;
    await hold(removal, signal, async () => await unlinkHolder(name, holder));
    unreleased.delete(holder);
    return true;
  };

  const unlinkHolder = async (name: string, holder: string): Promise<void> => {
    if ((await holderOf(name)) === holder) {
      await unlessMissing(unlink(pathOf(name)));
    }
  };

  const acquire = async (name: string, signal: AbortSignal | undefined): Promise<string> => {
    const holder = `${owner}.${randomBytes(8).toString("hex")}`;
    for (let wait = minPause; ; wait = Math.min(2 * wait, maxPause)) {
      try {
        await directories.with([], async () => symlink(holder, pathOf(name)));
        return holder;
      } catch (error) {
        if (errnoOf(error) !== "EEXIST") {
          throw error;
        }
      }
      if (!(await removeAbandoned(name, signal))) {
        await pause(wait * (0.5 + Math.random() / 2), signal);
      }
      signal?.throwIfAborted();
    }
  };

  /** @param isHeld - whether the lock was seen in place so recently that it cannot be another's */
  const release = async (name: string, holder: string, isHeld: boolean): Promise<void> => {
    try {
      if (isHeld) {
        await unlessMissing(unlink(pathOf(name)));
      } else {
        await unlinkHolder(name, holder);
      }
    } catch {
      // The task is done all the same. The next one that needs the lock tries again.
      unreleased.add(holder);
    }
  };

  const hold: FileLocks["hold"] = async (name, signal, task) => {
    const holder = await acquire(name, signal);
    let seen = Number.NEGATIVE_INFINITY;
    try {
      return await task(async () => {
        if ((await holderOf(name)) !== holder) {
          throw new StorageError("ERR_STORAGE_UNAVAILABLE", {
            backend,
            message: `The lock "${name}" of ${backend} was removed or taken over. Try again.`,
          });
        }
        seen = performance.now();
      });
    } finally {
      await release(name, holder, performance.now() - seen < maxLockAge / 2);
    }
  };

  return { hold, removeAbandoned };
}
