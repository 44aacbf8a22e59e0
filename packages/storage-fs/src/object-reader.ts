import type { FileHandle } from "node:fs/promises";
import type { ObjectInfo } from "@nixery/storage";
import { inodeOf, openIfExists } from "./files.ts";
import type { Layout } from "./layout.ts";
import type { ObjectRecord, Records } from "./records.ts";

/** An object of this backend always has a version. */
export interface FsObjectInfo extends ObjectInfo {
  readonly version: string;
}

/** An open object; the caller closes the handle. */
export interface OpenObject {
  readonly handle: FileHandle;
  readonly inode: bigint;
  readonly info: FsObjectInfo;
}

/** Opens the files of objects with their records. */
export interface ObjectReader {
  /** `undefined` when there is no such object. */
  open(key: string): Promise<OpenObject | undefined>;
  /** `undefined` when there is no such object. */
  stat(key: string): Promise<FsObjectInfo | undefined>;
}

export function createObjectReader(layout: Layout, records: Records): ObjectReader {
  /** The record of an open file, unless the file was replaced or removed since it was opened. */
  const recordOf = async (
    key: string,
    inode: bigint,
  ): Promise<ObjectRecord | "replaced" | "lost"> => {
    const record = await records.get(key, inode);
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
    return (await records.getRestored(key)) ?? "lost";
  };

  const open = async (key: string): Promise<OpenObject | undefined> => {
    for (;;) {
      const handle = await openIfExists(layout.object(key));
      if (handle === undefined) {
        return undefined;
      }
      let isOpen = false;
      try {
        const file = await handle.stat({ bigint: true });
        const record = file.isFile() ? await recordOf(key, file.ino) : "lost";
        if (record === "lost") {
          // Bytes without a record are not an object; the next write replaces them.
          return undefined;
        }
        if (record !== "replaced") {
          const { contentType, version, modified } = record;
          const info = { key, size: Number(file.size), contentType, modified, version };
          isOpen = true;
          return { handle, inode: file.ino, info };
        }
      } finally {
        if (!isOpen) {
          await handle.close();
        }
      }
    }
  };

  return {
    open,
    async stat(key) {
      const object = await open(key);
      await object?.handle.close();
      return object?.info;
    },
  };
}
