import { randomUUID } from "node:crypto";
import { open, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { isRecord } from "@nixery/kit/is-record";
import type { Directories } from "./directories.ts";
import { openIfExists, syncDirectory, unlessMissing } from "./files.ts";
import { type Layout, isDurable, splitKey, temporaryPath } from "./layout.ts";
import { ownerOf01 } from "./layout-of-0-1.ts";
import type { Owner } from "./owner.ts";
import { recordDirectories, recordFiles } from "./record-files.ts";

/** The data of an object besides its bytes. */
export interface ObjectRecord {
  readonly contentType: string;
  /** The process that wrote it. */
  readonly owner: Owner;
  /** A random id, new with each write and move. */
  readonly version: string;
  /** When it was written, by the clock of the file system. */
  readonly modified: Date;
}

/** A complete record that does not yet belong to a file of bytes. */
export interface PreparedRecord {
  readonly version: string;
  readonly path: string;
}

/**
 * A small file for each file of bytes: `.records/<namespace>/<id>@<inode>`. The inode ties the two
 * together: an object and its record change in the one rename of its bytes, even where several
 * processes write the key. The file of bytes must be open during each method that takes its inode,
 * so that no other file gets the inode.
 */
export interface Records {
  /** Writes a record for an object of `key` under a temporary name. */
  prepare(key: string, contentType: string): Promise<PreparedRecord>;
  /** Removes a prepared record that was not put in its place. */
  discard(record: PreparedRecord): Promise<void>;
  /** Puts a prepared record in its place; must end before the bytes are visible under `key`. */
  put(key: string, inode: bigint, record: PreparedRecord): Promise<void>;
  get(key: string, inode: bigint): Promise<ObjectRecord | undefined>;
  /** The record of bytes whose inode is another because they were restored from a copy. */
  getRestored(key: string): Promise<ObjectRecord | undefined>;
  drop(key: string, inode: bigint): Promise<void>;
}

export function createRecords(layout: Layout, directories: Directories, owner: Owner): Records {
  return {
    async prepare(key, contentType) {
      const version = randomUUID();
      const path = temporaryPath(layout, owner);
      const handle = await directories.with([], async () => await open(path, "wx"));
      try {
        await handle.writeFile(JSON.stringify({ contentType, owner, version }));
        if (isDurable(splitKey(key).namespace)) {
          await handle.sync();
        }
        return { version, path };
      } catch (error) {
        await unlessMissing(unlink(path));
        throw error;
      } finally {
        await handle.close();
      }
    },
    async discard({ path }) {
      await unlessMissing(unlink(path));
    },
    async put(key, inode, { path }) {
      const { namespace, id } = splitKey(key);
      const [place, ...others] = recordDirectories(layout, namespace);
      const name = `${id}@${inode}`;
      for (const other of others) {
        // It describes an earlier file of that inode, and would hide this record.
        await unlessMissing(unlink(join(other, name)));
      }
      await directories.with([namespace], async () => rename(path, join(place, name)));
      if (isDurable(namespace)) {
        await syncDirectory(place);
      }
    },
    async get(key, inode) {
      const { namespace, id } = splitKey(key);
      for (const directory of recordDirectories(layout, namespace).toReversed()) {
        const record = await readRecord(join(directory, `${id}@${inode}`));
        if (record !== undefined) {
          return record;
        }
      }
      return undefined;
    },
    async getRestored(key) {
      const { namespace, id } = splitKey(key);
      const files = (await recordFiles(layout, namespace)).filter((file) => file.id === id);
      const [only] = files;
      return only === undefined || files.length > 1 ? undefined : await readRecord(only.path);
    },
    async drop(key, inode) {
      const { namespace, id } = splitKey(key);
      for (const directory of recordDirectories(layout, namespace)) {
        await unlessMissing(unlink(join(directory, `${id}@${inode}`)));
      }
    },
  };
}

/** `undefined` when the file is missing or, after a power cut, not whole. */
export async function readRecord(path: string): Promise<ObjectRecord | undefined> {
  const handle = await openIfExists(path);
  if (handle === undefined) {
    return undefined;
  }
  try {
    const file = await handle.stat({ bigint: true });
    const size = Number(file.size);
    const read = await unlessMissing(handle.read(Buffer.alloc(size), 0, size, 0));
    const record: unknown = JSON.parse(read?.buffer.toString("utf8", 0, read.bytesRead) ?? "");
    if (!isRecord(record)) {
      return undefined;
    }
    // Records of 0.1.0 have no version; its writes and moves each made a new file.
    const { contentType, owner, version = `${file.ino}-${file.mtimeNs}` } = record;
    return typeof contentType === "string" &&
      typeof owner === "string" &&
      typeof version === "string"
      ? { contentType, owner: ownerOf01(owner), version, modified: file.mtime }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  } finally {
    await handle.close();
  }
}
