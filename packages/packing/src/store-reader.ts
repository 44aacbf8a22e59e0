import type { ByteString } from "./byte-string.ts";
import { callable, checkFields, type FieldRule } from "./check-fields.ts";
import { callFactory, type ModuleReference } from "./module-reference.ts";

/** The kinds of things in a store path. Nix has no others. */
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

export interface ReaderOptions {
  /** On abort the operation rejects with `signal.reason` and closes what it opened. */
  readonly signal?: AbortSignal | undefined;
}

interface CommonReader {
  /**
   * Everything in the store paths, one path after the other: depth first, parents before children,
   * names in byte order. A reader may read ahead; the consumer reads the content of an entry before
   * it asks for the next entry. When the consumer stops early, what is open is closed before
   * `return` resolves.
   */
  walk(storePaths: readonly ByteString[], options?: ReaderOptions): AsyncIterable<StoreEntry>;
  /** The kind of a path, without following links; `undefined` when there is no such path. */
  kindOf(path: ByteString, options?: ReaderOptions): Promise<StoreEntryKind | undefined>;
  /** The entries of a directory, names in byte order. */
  list(directory: ByteString, options?: ReaderOptions): Promise<readonly ListedEntry[]>;
  /** The target of a symlink. */
  readLink(path: ByteString, options?: ReaderOptions): Promise<ByteString>;
}

/** A reader whose store paths can be read at any time in any order, such as those on a disk. */
export interface AnywhereReader extends CommonReader {
  readonly access: "anywhere";
  /** `length` bytes of a file from `start` on. */
  read(
    path: ByteString,
    start: number,
    length: number,
    options?: ReaderOptions,
  ): AsyncIterable<Uint8Array>;
}

/**
 * A reader whose store paths arrive, such as NARs from a network: each can be walked once, and
 * `kindOf`, `list` and `readLink` resolve once the walk of their store path has passed them.
 */
export interface InOrderReader extends CommonReader {
  readonly access: "in-order";
}

/**
 * Reads store paths. Paths are absolute and logical, such as `/nix/store/<hash>-<name>/bin`. Methods
 * reject with a `PackingError`, with `signal.reason`, or with the system's error where none of the
 * error codes of this package fits.
 */
export type StoreReader = AnywhereReader | InOrderReader;

/** Names a module that exports `createStoreReader(options): StoreReader`. */
export type StoreReaderReference = ModuleReference;

const access: FieldRule = {
  isValid: (value) => value === "anywhere" || value === "in-order",
  need: '"anywhere" or "in-order"',
};

const fields = { access, walk: callable, kindOf: callable, list: callable, readLink: callable };

/** @throws PackingError `ERR_PACKING_INVALID_OPTION` */
export async function loadStoreReader(reference: StoreReaderReference): Promise<StoreReader> {
  const product = await callFactory(reference, "createStoreReader");
  checkFields(product, reference, fields);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its fields are checked
  const reader = product as StoreReader;
  if (reader.access === "anywhere") {
    checkFields(reader, reference, { read: callable });
  }
  return reader;
}
