import { open, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { namesIn, syncFolder, unlessMissing } from "./files.ts";
import type { Folders } from "./folders.ts";
import { type Layout, isDurable, splitKey, temporaryPath } from "./layout.ts";
import type { Owner } from "./owner.ts";

/** What is known about the file of an object beside its bytes. */
export interface TypeRecord {
  readonly contentType: string;
  /** The process that wrote it. */
  readonly owner: Owner;
}

/**
 * Content types, in a small file for each file of bytes, as `types/<namespace>/<id>@<inode>`. The
 * inode ties the two together: an object and its type change in the one rename of its bytes, even
 * where writers of different types meet. Every method wants the file of bytes to be open
 * meanwhile, so that its inode is not given to another.
 */
export interface ContentTypes {
  /** Must be complete before the bytes are visible under `key`. */
  put(key: string, inode: bigint, record: TypeRecord): Promise<void>;
  get(key: string, inode: bigint): Promise<TypeRecord | undefined>;
  /** The type of bytes whose inode is another because they were restored from a copy. */
  getRestored(key: string): Promise<TypeRecord | undefined>;
  drop(key: string, inode: bigint): Promise<void>;
}

/** The object that a file of a content type belongs to. */
export function idOfType(fileName: string): string {
  return fileName.slice(0, fileName.indexOf("@"));
}

export function createContentTypes(layout: Layout, folders: Folders): ContentTypes {
  const pathOf = (key: string, inode: bigint): string => {
    const { namespace, id } = splitKey(key);
    return join(layout.types(namespace), `${id}@${inode}`);
  };

  return {
    async put(key, inode, record) {
      const { namespace } = splitKey(key);
      const durable = isDurable(namespace);
      // Renamed into its place, so that a crash leaves none whose owner cannot be read.
      const path = temporaryPath(layout, record.owner);
      const handle = await folders.withAll(async () => open(path, "wx"));
      try {
        await handle.writeFile(JSON.stringify(record));
        if (durable) {
          await handle.sync();
        }
        await folders.withAll(async () => rename(path, pathOf(key, inode)));
      } catch (error) {
        await unlessMissing(unlink(path));
        throw error;
      } finally {
        await handle.close();
      }
      if (durable) {
        await syncFolder(layout.types(namespace));
      }
    },
    async get(key, inode) {
      return readRecord(pathOf(key, inode));
    },
    async getRestored(key) {
      const { namespace, id } = splitKey(key);
      const folder = layout.types(namespace);
      const candidates = (await namesIn(folder)).filter((name) => idOfType(name) === id);
      const [only] = candidates;
      return only === undefined || candidates.length > 1
        ? undefined
        : readRecord(join(folder, only));
    },
    async drop(key, inode) {
      await unlessMissing(unlink(pathOf(key, inode)));
    },
  };
}

/** `undefined` when the file is missing or, after a power cut, not whole. */
export async function readRecord(path: string): Promise<TypeRecord | undefined> {
  const text = await unlessMissing(readFile(path, "utf8"));
  if (text === undefined) {
    return undefined;
  }
  try {
    const record: Partial<TypeRecord> = JSON.parse(text);
    const { contentType, owner } = record;
    return typeof contentType === "string" && typeof owner === "string"
      ? { contentType, owner }
      : undefined;
  } catch {
    return undefined;
  }
}
