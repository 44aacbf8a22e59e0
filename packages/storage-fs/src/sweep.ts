import { open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { idOfType, readRecord } from "./content-types.ts";
import { namesIn, unlessMissing } from "./files.ts";
import { type Layout, namespaces, ownerOfTemporary, temporaryPath } from "./layout.ts";
import { type Owner, type OwnerState, stateOf } from "./owner.ts";

/**
 * In milliseconds: what belongs to a process that cannot be seen from here (in another container
 * or on another machine) is left alone until it has not changed for so long.
 */
export const patience: number = 15 * 60 * 1000;

/**
 * Removes what crashed processes left: incomplete writes, staged objects, and types without
 * bytes. What a live process may be working on stays; `true` when there was such a thing.
 */
export async function sweep(layout: Layout, sweeper: Owner): Promise<boolean> {
  const states = new Map<Owner, Promise<OwnerState>>();
  const stateOnce = (owner: Owner): Promise<OwnerState> => {
    const state = states.get(owner) ?? stateOf(owner);
    states.set(owner, state);
    return state;
  };
  let now: Promise<number> | undefined;
  const isOld = async (path: string): Promise<boolean> => {
    now ??= timeOf(layout, sweeper);
    const time = await now;
    const file = await unlessMissing(stat(path));
    return file !== undefined && time - file.mtimeMs > patience;
  };
  let left = false;
  const removeAbandoned = async (path: string, owner: Owner | undefined): Promise<void> => {
    try {
      const state = owner === undefined ? "unknown" : await stateOnce(owner);
      if (state === "gone" || (state === "unknown" && (await isOld(path)))) {
        await rm(path, { force: true });
        return;
      }
    } catch {
      // Such as a folder that somebody made, or anything on a read-only disk: it does no harm.
    }
    left = true;
  };

  for (const name of await namesIn(layout.temporary)) {
    await removeAbandoned(join(layout.temporary, name), ownerOfTemporary(name));
  }
  const stagedTypes = Map.groupBy(await namesIn(layout.types("staging")), idOfType);
  for (const id of await namesIn(layout.objects("staging"))) {
    const [type] = stagedTypes.get(id) ?? [];
    const record =
      type === undefined ? undefined : await readRecord(join(layout.types("staging"), type));
    await removeAbandoned(join(layout.objects("staging"), id), record?.owner);
  }
  for (const namespace of namespaces) {
    for (const path of await surplusTypes(layout, namespace)) {
      await removeAbandoned(path, (await readRecord(path))?.owner);
    }
  }
  return left;
}

/** Types whose bytes are not there. They may be ahead of them, so being here is no proof. */
async function surplusTypes(layout: Layout, namespace: string): Promise<readonly string[]> {
  const folder = layout.types(namespace);
  const ids = new Set(await namesIn(layout.objects(namespace)));
  const surplus: string[] = [];
  for (const [id, names] of Map.groupBy(await namesIn(folder), idOfType)) {
    if (!ids.has(id)) {
      surplus.push(...names);
    } else if (names.length > 1) {
      // A single type is kept whatever its inode: after a restore it is all there is.
      const file = await unlessMissing(stat(join(layout.objects(namespace), id), { bigint: true }));
      const current = `${id}@${file?.ino}`;
      surplus.push(...names.filter((name) => names.includes(current) && name !== current));
    }
  }
  return surplus.map((name) => join(folder, name));
}

/**
 * The time by the clock of the file system, which is another machine's where the folder is shared:
 * with theirs apart, what that machine is writing would seem old here.
 */
async function timeOf(layout: Layout, owner: Owner): Promise<number> {
  const path = temporaryPath(layout, owner);
  const handle = await open(path, "wx");
  try {
    return (await handle.stat()).mtimeMs;
  } finally {
    await handle.close();
    await rm(path, { force: true });
  }
}
