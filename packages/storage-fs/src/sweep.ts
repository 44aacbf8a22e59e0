import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { idOfType, readRecord } from "./content-types.ts";
import { namesIn, unlessMissing } from "./files.ts";
import { type Layout, namespaces, ownerOfTemporary } from "./layout.ts";
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
export async function sweep(layout: Layout, now: number = Date.now()): Promise<boolean> {
  const states = new Map<Owner, Promise<OwnerState>>();
  const stateOnce = (owner: Owner): Promise<OwnerState> => {
    const state = states.get(owner) ?? stateOf(owner);
    states.set(owner, state);
    return state;
  };
  let left = false;
  const removeAbandoned = async (path: string, owner: Owner | undefined): Promise<void> => {
    const state = owner === undefined ? "unknown" : await stateOnce(owner);
    if (state === "gone" || (state === "unknown" && (await isOld(path, now)))) {
      await rm(path, { force: true });
    } else {
      left = true;
    }
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

async function isOld(path: string, now: number): Promise<boolean> {
  const file = await unlessMissing(stat(path));
  return file !== undefined && now - file.ctimeMs > patience;
}
