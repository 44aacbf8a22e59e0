import { unlessAborted } from "@nixery/kit/unless-aborted";
import type { AnywhereReader, StoreReaderReference } from "../store-reader.ts";
import { mapAhead } from "../map-ahead.ts";
import { createDiskFiles } from "./disk-files.ts";
import { readBytes } from "./read-bytes.ts";
import { readEntry } from "./read-entry.ts";
import { walkDisk } from "./walk-disk.ts";

export interface DiskReaderOptions {
  /**
   * The directory that holds `/nix/store` on this machine, for chroot stores (`nix --store`).
   * @defaultValue `"/"`
   */
  readonly root?: string | undefined;
}

/** Small files of one walk that are read at the same time. */
const maxReads = 16;

/**
 * Reads the store on this machine's disk. Hard links are files of their own: whether two files are
 * linked depends on the machine.
 */
export function diskReader({ root = "/" }: DiskReaderOptions = {}): StoreReaderReference {
  return { module: import.meta.url, options: { root } };
}

export function createStoreReader({ root = "/" }: DiskReaderOptions = {}): AnywhereReader {
  const files = createDiskFiles(root);
  return {
    access: "anywhere",
    walk: (storePaths, { signal } = {}) =>
      mapAhead(walkDisk(files, storePaths, signal), maxReads, (found) =>
        readEntry(files, found, signal),
      ),
    read: (path, start, length, { signal } = {}) =>
      readBytes(files, path, { start, length, signal }),
    kindOf: (path, { signal } = {}) => unlessAborted(files.kindOf(path), signal),
    list: (directory, { signal } = {}) => unlessAborted(files.list(directory), signal),
    readLink: (path, { signal } = {}) => unlessAborted(files.readLink(path), signal),
  };
}
