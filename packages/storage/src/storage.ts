/** What a backend knows about a stored object. */
export interface ObjectInfo {
  readonly key: string;
  /** Whole size of the object in bytes, also when only a range was read. */
  readonly size: number;
  /** As given at the write, byte for byte. */
  readonly contentType: string;
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

export interface RedirectOptions extends OperationOptions {
  /**
   * The method the client will use: S3 and Cloud Storage sign it, so a URL for `GET` answers `HEAD`
   * with 403 and the other way round.
   * @defaultValue `"GET"`
   */
  readonly method?: "GET" | "HEAD" | undefined;
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
  /** For logs and errors, such as `fs:/var/lib/nixery`; holds no secret. */
  readonly name: string;
  /**
   * Stores what `source` yields; a chunk belongs to the source again when the next one is asked
   * for. The object becomes visible when the promise resolves; a failed or aborted write leaves the
   * object that was there before, or none.
   */
  write(key: string, source: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<ObjectInfo>;
  /** `undefined` when there is no such object. */
  read(key: string, options?: ReadOptions): Promise<ReadResult | undefined>;
  /** `undefined` when there is no such object. */
  stat(key: string, options?: OperationOptions): Promise<ObjectInfo | undefined>;
  /** Renames an object, content type included; an object at `to` is replaced. */
  move(from: string, to: string, options?: OperationOptions): Promise<void>;
  /** Removing what is not there is not an error. */
  remove(key: string, options?: OperationOptions): Promise<void>;
  /** Objects whose key starts with `prefix`, in ascending order of their keys. */
  list(prefix: string, options?: OperationOptions): AsyncIterable<ObjectInfo>;
  /**
   * Where a client may fetch the object itself with `options.method`, whole or by Range, or
   * `undefined` when this object has to be streamed. Need not check that the object exists.
   */
  redirect?(key: string, options?: RedirectOptions): Promise<Redirect | undefined>;
}

export interface Redirect {
  readonly url: URL;
  /** When the URL stops working; `undefined` for never. */
  readonly expires?: Date | undefined;
}
