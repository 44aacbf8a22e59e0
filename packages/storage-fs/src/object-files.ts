import { type FileHandle, rename, unlink } from "node:fs/promises";
import type { ContentTypes, TypeRecord } from "./content-types.ts";
import { inodeOf, openIfExists, syncFolder, unlessMissing } from "./files.ts";
import type { Folders } from "./folders.ts";
import { type Layout, isDurable, splitKey } from "./layout.ts";
import type { Owner } from "./owner.ts";

/** An open object: its file, and what is known about it. */
export interface OpenObject {
  readonly handle: FileHandle;
  readonly inode: bigint;
  /** In bytes. */
  readonly size: number;
  readonly contentType: string;
}

/** The files of objects, each with its content type. */
export interface ObjectFiles {
  /** `undefined` when there is no such object; the caller closes the handle. */
  open(key: string): Promise<OpenObject | undefined>;
  /** Makes the complete file at `path`, open as `handle`, the object of `key`, in one rename. */
  publish(key: string, path: string, handle: FileHandle, contentType: string): Promise<void>;
  /** `false` when there is no such object. */
  move(from: string, to: string): Promise<boolean>;
  remove(key: string): Promise<void>;
}

interface Parts {
  readonly layout: Layout;
  readonly folders: Folders;
  readonly types: ContentTypes;
  readonly owner: Owner;
}

export function createObjectFiles({ layout, folders, types, owner }: Parts): ObjectFiles {
  const syncNames = async (key: string): Promise<void> => {
    const { namespace } = splitKey(key);
    if (isDurable(namespace)) {
      await syncFolder(layout.objects(namespace));
    }
  };

  /** The type of an open file, unless it was replaced or removed since it was opened. */
  const recordOf = async (
    key: string,
    inode: bigint,
  ): Promise<TypeRecord | "replaced" | "lost"> => {
    const record = await types.get(key, inode);
    if (record !== undefined) {
      return record;
    }
    const present = await openIfExists(layout.object(key));
    try {
      if (present === undefined || (await inodeOf(present)) !== inode) {
        return "replaced";
      }
    } finally {
      await present?.close();
    }
    return (await types.getRestored(key)) ?? "lost";
  };

  const openObject = async (key: string): Promise<OpenObject | undefined> => {
    for (;;) {
      const handle = await openIfExists(layout.object(key));
      if (handle === undefined) {
        return undefined;
      }
      try {
        const file = await handle.stat({ bigint: true });
        const record = file.isFile() ? await recordOf(key, file.ino) : "lost";
        if (typeof record === "object") {
          const { contentType } = record;
          return { handle, inode: file.ino, size: Number(file.size), contentType };
        }
        if (record === "lost") {
          // Half an object is none; whoever makes it again replaces what is left.
          await handle.close();
          return undefined;
        }
      } catch (error) {
        await handle.close();
        throw error;
      }
      // Somebody was faster; what is there now has a type.
      await handle.close();
    }
  };

  /** Renames over what is there, whose type goes afterwards: until then readers may want it. */
  const replace = async (key: string, path: string): Promise<void> => {
    const old = await openIfExists(layout.object(key));
    try {
      await folders.withAll(async () => rename(path, layout.object(key)));
      await syncNames(key);
      if (old !== undefined) {
        await types.drop(key, await inodeOf(old));
      }
    } finally {
      await old?.close();
    }
  };

  return {
    open: openObject,
    async publish(key, path, handle, contentType) {
      const inode = await inodeOf(handle);
      await types.put(key, inode, { contentType, owner });
      try {
        await replace(key, path);
      } catch (error) {
        await types.drop(key, inode);
        throw error;
      }
    },
    async move(from, to) {
      const object = await openObject(from);
      if (object === undefined) {
        return false;
      }
      try {
        if (from !== to) {
          await types.put(to, object.inode, { contentType: object.contentType, owner });
          await replace(to, layout.object(from));
          await syncNames(from);
          await types.drop(from, object.inode);
        }
        return true;
      } finally {
        await object.handle.close();
      }
    },
    async remove(key) {
      const handle = await openIfExists(layout.object(key));
      if (handle === undefined) {
        return;
      }
      try {
        await unlessMissing(unlink(layout.object(key)));
        await syncNames(key);
        await types.drop(key, await inodeOf(handle));
      } finally {
        await handle.close();
      }
    },
  };
}
