import type { ByteString } from "./byte-string.ts";
import type { ModuleReference } from "./module-reference.ts";

/** What something in a store path is. Nix knows nothing else. */
export type StoreEntryKind = "directory" | "file" | "symlink";

/** An entry of a directory. */
export interface ListedEntry {
  readonly name: ByteString;
  readonly kind: StoreEntryKind;
}

/** One directory, file or symlink of a store path. */
export type StoreEntry =
  | { readonly kind: "directory"; readonly path: ByteString }
  | { readonly kind: "symlink"; readonly path: ByteString; readonly target: ByteString }
  | StoreFile;

export interface StoreFile {
  readonly kind: "file";
  readonly path: ByteString;
  readonly isExecutable: boolean;
  /** In bytes; `content` has exactly as many. */
  readonly size: number;
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
}

interface CommonReader {
  /**
   * Everything in a store path: depth first, parents before children, names in byte order. Names are
   * those of the NAR. The content of an entry is read before the next entry is asked for.
   */
  walk(storePath: ByteString): AsyncIterable<StoreEntry>;
  /** What a path is, without following links; `undefined` when there is nothing. */
  kindOf(path: ByteString): Promise<StoreEntryKind | undefined>;
  /** The entries of a directory, names in byte order. */
  list(directory: ByteString): Promise<readonly ListedEntry[]>;
  readLink(path: ByteString): Promise<ByteString>;
}

/** A reader whose store paths lie there to be read, such as those on a disk. */
export interface AnywhereReader extends CommonReader {
  readonly access: "anywhere";
  /** `length` bytes of a file from `start` on. */
  read(path: ByteString, start: number, length: number): AsyncIterable<Uint8Array>;
}

/**
 * A reader whose store paths arrive, such as NARs from a network: each can be walked once, and
 * `kindOf`, `list` and `readLink` wait for the walk of their store path to pass.
 */
export interface InOrderReader extends CommonReader {
  readonly access: "in-order";
}

/**
 * Reads store paths. Paths are absolute and logical, such as `/nix/store/<hash>-<name>/bin`. Methods
 * reject with a `PackingError`.
 */
export type StoreReader = AnywhereReader | InOrderReader;

/** Names a module that exports `createStoreReader(options): StoreReader`. */
export type StoreReaderReference = ModuleReference;
