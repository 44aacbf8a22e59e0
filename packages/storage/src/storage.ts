/** The object that a write has stored. */
export interface WrittenObject {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** As given to the write, byte for byte. */
  readonly contentType: string;
  /**
   * The object's version, for `replace` and `removeVersion`. Absent when the backend has no versions,
   * or when another writer replaced the object before its version was known.
   */
  readonly version?: string | undefined;
}

/** Describes a stored object. */
export interface ObjectInfo extends WrittenObject {
  /** Size of the whole object in bytes, even when a range of it was read. */
  readonly size: number;
  /** When the object was last written or moved, by the backend's clock, at least to the second. */
  readonly modified: Date;
  /**
   * Opaque; differs after every write. Backends that derive it from the bytes (S3) give equal bytes
   * equal versions, so an object that must differ from an equal predecessor contains a nonce. Absent
   * when the backend has no versions; then it has no `replace` and no `removeVersion`.
   */
  readonly version?: string | undefined;
}

/** Part of an object: both ends count, as in an HTTP `Range` header (RFC 9110, 14.1.2). */
export interface ByteRange {
  /** Offset of the first byte; must be smaller than the object's size. */
  readonly start: number;
  /**
   * Offset of the last byte; beyond the end it means the end.
   * @defaultValue the last byte of the object
   */
  readonly end?: number | undefined;
}

/** An open object. `body` must be read to its end or returned (`for await` does either). */
export interface ReadResult {
  readonly info: ObjectInfo;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface OperationOptions {
  /** On abort the operation rejects with `signal.reason` and leaves nothing visible or open. */
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions extends OperationOptions {
  /** Media type, kept for as long as the object lives. */
  readonly contentType: string;
}

export interface ReadOptions extends OperationOptions {
  /** @defaultValue the whole object */
  readonly range?: ByteRange | undefined;
}

/**
 * A place that keeps whole, immutable objects under short keys. It never parses them, computes
 * digests or speaks HTTP.
 *
 * Every method rejects with a `StorageError` (see `isStorageError`), or with `signal.reason` when
 * aborted; only an error of a write's `source` is passed on as it is. An optional method is a
 * capability: its presence is the whole announcement.
 */
export interface Storage {
  /** For logs and errors, such as `fs:/var/lib/nixery`; contains no secret. */
  readonly name: string;
  /**
   * Stores what `source` yields; a chunk belongs to the source again when the next one is asked
   * for. The object becomes visible when the promise resolves; a failed or aborted write leaves the
   * object that was there before, or none.
   */
  write(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions,
  ): Promise<WrittenObject>;
  /** `undefined` when there is no such object. */
  read(key: string, options?: ReadOptions): Promise<ReadResult | undefined>;
  /** `undefined` when there is no such object. */
  stat(key: string, options?: OperationOptions): Promise<ObjectInfo | undefined>;
  /** Renames an object, content type included; an object at `to` is replaced. */
  move(from: string, to: string, options?: OperationOptions): Promise<void>;
  /** Removing a missing object is not an error. */
  remove(key: string, options?: OperationOptions): Promise<void>;
  /** Objects whose key starts with `prefix`, in ascending order of their keys. */
  list(prefix: string, options?: OperationOptions): AsyncIterable<ObjectInfo>;
  /**
   * Stores an object only if there is none under `key`, and resolves to `undefined` when there is
   * one. Of several callers at the same time, in any process, one succeeds.
   */
  create?(
    key: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions,
  ): Promise<WrittenObject | undefined>;
  /**
   * Replaces an object only if it still has `version`, and resolves to `undefined` when it has
   * another one or is gone. Of several callers at the same time, in any process, one succeeds.
   */
  replace?(
    key: string,
    version: string,
    source: AsyncIterable<Uint8Array>,
    options: WriteOptions,
  ): Promise<WrittenObject | undefined>;
  /**
   * Removes an object only if it still has `version`; resolves to whether it did. Of several callers
   * at the same time, in any process, one succeeds.
   */
  removeVersion?(key: string, version: string, options?: OperationOptions): Promise<boolean>;
  /**
   * Where a client may `GET` the object itself, whole or by `Range`, or `undefined` when this object
   * has to be streamed. Need not check that the object exists.
   */
  redirect?(key: string, options?: OperationOptions): Promise<Redirect | undefined>;
}

export interface Redirect {
  readonly url: URL;
  /**
   * When the URL expires.
   * @defaultValue never
   */
  readonly expires?: Date | undefined;
}
