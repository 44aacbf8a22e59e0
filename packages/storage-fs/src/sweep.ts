import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileSystemTime, lastChange } from "./file-clock.ts";
import type { FileLocks } from "./file-locks.ts";
import { namesIn, unlessMissing } from "./files.ts";
import { type Layout, ownerOfTemporary, staging } from "./layout.ts";
import { type Owner, type OwnerState, stateOf } from "./owner.ts";
import { recordFiles } from "./record-files.ts";
import { readRecord } from "./records.ts";

/**
 * In milliseconds: files of a process that cannot be seen from here (in another container or on
 * another machine) stay until they have not changed for so long.
 */
export const patience: number = 15 * 60 * 1000;

export interface SweepParts {
  readonly layout: Layout;
  readonly locks: FileLocks;
  /** The process that sweeps. */
  readonly owner: Owner;
}

/** A file that its process may have left unfinished; one of an unknown process has no owner. */
interface Candidate {
  readonly path: string;
  readonly owner: Owner | undefined;
}

/**
 * Removes what crashed processes left: incomplete writes, staged objects, locks, and records without
 * bytes. Files that a live process may be working on stay; `true` when there were any.
 */
export async function sweep({ layout, locks, owner: sweeper }: SweepParts): Promise<boolean> {
  const states = new Map<Owner, Promise<OwnerState>>();
  const stateOnce = async (owner: Owner): Promise<OwnerState> => {
    const state = states.get(owner) ?? stateOf(owner, sweeper);
    states.set(owner, state);
    return await state;
  };
  let now: Promise<number> | undefined;
  const isOld = async (path: string): Promise<boolean> => {
    now ??= fileSystemTime(layout, sweeper);
    const time = await now;
    const changed = await lastChange(path);
    return changed !== undefined && time - changed > patience;
  };
  const isAbandoned = async ({ path, owner }: Candidate): Promise<boolean> => {
    const state = owner === undefined ? "unknown" : await stateOnce(owner);
    return state === "gone" || (state === "unknown" && (await isOld(path)));
  };
  let hasLeft = false;
  /** Runs `removal`, which resolves to whether it removed a file. */
  const attempt = async (removal: () => Promise<boolean>): Promise<void> => {
    try {
      if (await removal()) {
        return;
      }
    } catch {
      // Such as a directory of the operator's, or any file on a read-only disk: it does no harm.
    }
    hasLeft = true;
  };

  for await (const candidate of candidates(layout)) {
    await attempt(async () => {
      const isRemovable = await isAbandoned(candidate);
      if (isRemovable) {
        await rm(candidate.path, { force: true });
      }
      return isRemovable;
    });
  }
  for (const name of await namesIn(layout.locks)) {
    await attempt(async () => await locks.removeAbandoned(name));
  }
  return hasLeft;
}

async function* candidates(layout: Layout): AsyncGenerator<Candidate, void, undefined> {
  for (const name of await namesIn(layout.temporary)) {
    yield { path: join(layout.temporary, name), owner: ownerOfTemporary(name) };
  }
  yield* await layout.of01.temporaries();
  const stagedRecords = Map.groupBy(await recordFiles(layout, staging), ({ id }) => id);
  for (const id of await namesIn(layout.objects(staging))) {
    const [record] = stagedRecords.get(id) ?? [];
    yield { path: join(layout.objects(staging), id), owner: await ownerOf(record?.path) };
  }
  const namespaces = [...layout.of01.namespaces, ...(await namesIn(layout.allRecords))];
  for (const namespace of new Set(namespaces)) {
    for (const path of await surplusRecords(layout, namespace)) {
      yield { path, owner: await ownerOf(path) };
    }
  }
}

/** Records whose bytes are missing. Those of a live process may still come. */
async function surplusRecords(layout: Layout, namespace: string): Promise<readonly string[]> {
  const ids = new Set(await namesIn(layout.objects(namespace)));
  const surplus: string[] = [];
  for (const [id, files] of Map.groupBy(await recordFiles(layout, namespace), (one) => one.id)) {
    if (!ids.has(id)) {
      surplus.push(...files.map(({ path }) => path));
    } else if (files.length > 1) {
      // A single record is kept whatever its inode: after a restore it is the only one.
      const object = await unlessMissing(
        stat(join(layout.objects(namespace), id), { bigint: true }),
      );
      const others = files.filter(({ inode }) => inode !== String(object?.ino));
      surplus.push(...(others.length < files.length ? others.map(({ path }) => path) : []));
    }
  }
  return surplus;
}

async function ownerOf(record: string | undefined): Promise<Owner | undefined> {
  return record === undefined ? undefined : (await readRecord(record))?.owner;
}
