import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import {
  abortable,
  assertKey,
  resolveRange,
  type Storage,
  StorageError,
  type StorageErrorCode,
} from "@nixery/storage";
import { inParts } from "@nixery/storage/remote";

/** A storage that has its file open until it is closed. */
export interface SqliteStorage extends Storage {
  close(): void;
}

/** In bytes; the part of an object that is in memory at a time. */
const chunkSize = 512 * 1024;

// An object without a key is not complete. The ID of an object is its version, since IDs are never
// used again (AUTOINCREMENT); for the same reason a reader of a replaced object finds no chunk.
const schema = `
  PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS objects (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE,
    size INTEGER, contentType TEXT NOT NULL, modified INTEGER);
  CREATE TABLE IF NOT EXISTS chunks (object INTEGER REFERENCES objects ON DELETE CASCADE,
    number INTEGER, bytes BLOB, PRIMARY KEY (object, number));
  DELETE FROM objects WHERE key IS NULL;`;

/** Keeps images in the SQLite database `file`, which one process uses at a time. */
export function createSqliteStorage(file: string): SqliteStorage {
  const name = `sqlite:${file}`;
  const db = new DatabaseSync(file, { timeout: 5000 });
  db.exec(schema);
  const select = db.prepare("SELECT * FROM objects WHERE key = ?");
  const selectNext = db.prepare(`SELECT * FROM objects
    WHERE key > $after AND substr(key, 1, length($prefix)) = $prefix ORDER BY key LIMIT 1`);
  const insert = db.prepare("INSERT INTO objects (contentType) VALUES (?)");
  // OR REPLACE removes the object that had the key, in the same atomic step.
  const publish = db.prepare(
    "UPDATE OR REPLACE objects SET key = ?, size = ?, modified = ? WHERE id = ?",
  );
  const rename = db.prepare("UPDATE OR REPLACE objects SET key = ?, modified = ? WHERE key = ?");
  const removeKey = db.prepare("DELETE FROM objects WHERE key = ?");
  const removeId = db.prepare("DELETE FROM objects WHERE id = ?");
  const insertChunk = db.prepare("INSERT INTO chunks VALUES (?, ?, ?)");
  const selectChunk = db.prepare("SELECT bytes FROM chunks WHERE object = ? AND number = ?");

  const fail = (code: StorageErrorCode, key: string, message: string, cause?: unknown) =>
    new StorageError(code, { backend: name, key, message, cause });
  const begin = (key: string, signal: AbortSignal | undefined) => {
    signal?.throwIfAborted();
    assertKey(key, name);
  };
  const run = <T>(key: string, statement: () => T): T => {
    try {
      return statement();
    } catch (cause) {
      // 13 is SQLITE_FULL.
      const isFull = cause instanceof Error && "errcode" in cause && cause.errcode === 13;
      const message = `Cannot use ${key} in ${name}: ${String(cause)}. Check the file and its disk.`;
      throw fail(isFull ? "ERR_STORAGE_FULL" : "ERR_STORAGE_UNAVAILABLE", key, message, cause);
    }
  };
  const find = (key: string, signal: AbortSignal | undefined) => {
    begin(key, signal);
    return run(key, () => infoOf(select.get(key)));
  };
  async function* bytesOf(id: string, key: string, start: number, end: number) {
    for (let offset = start; offset < end;) {
      const number = Math.floor(offset / chunkSize);
      const bytes = run(key, () => selectChunk.get(id, number))?.bytes;
      if (!(bytes instanceof Uint8Array)) {
        throw fail("ERR_STORAGE_UNAVAILABLE", key, `${key} was replaced. Read it again.`);
      }
      const chunk = bytes.subarray(offset - number * chunkSize, end - number * chunkSize);
      offset += chunk.byteLength;
      yield chunk;
    }
  }

  return {
    name,
    async write(key, source, { contentType, signal }) {
      begin(key, signal);
      const id = run(key, () => insert.run(contentType).lastInsertRowid);
      try {
        let [number, size] = [0, 0];
        for await (const part of inParts(abortable(source, { signal }), chunkSize)) {
          run(key, () => insertChunk.run(id, number, part));
          number += 1;
          size += part.byteLength;
        }
        signal?.throwIfAborted();
        run(key, () => publish.run(key, size, Date.now(), id));
        return { key, size, contentType, version: String(id) };
      } catch (error) {
        run(key, () => removeId.run(id));
        throw error;
      }
    },
    async read(key, { range, signal } = {}) {
      const info = find(key, signal);
      if (info === undefined) {
        return undefined;
      }
      const { start, length } = resolveRange(range, info, name);
      const bytes = bytesOf(info.version, key, start, start + length);
      return { info, body: abortable(bytes, { signal }) };
    },
    stat: async (key, { signal } = {}) => find(key, signal),
    async move(from, to, { signal } = {}) {
      begin(from, signal);
      assertKey(to, name);
      if (run(from, () => rename.run(to, Date.now(), from).changes) === 0) {
        const message = `Cannot move ${from} in ${name}: there is no such object. Write it first.`;
        throw fail("ERR_STORAGE_NOT_FOUND", from, message);
      }
    },
    async remove(key, { signal } = {}) {
      begin(key, signal);
      run(key, () => removeKey.run(key));
    },
    async *list(prefix, { signal } = {}) {
      const next = (after: string) => {
        signal?.throwIfAborted();
        return run(prefix, () => infoOf(selectNext.get({ after, prefix })));
      };
      for (let info = next(""); info !== undefined; info = next(info.key)) {
        yield info;
      }
    },
    close: () => db.close(),
  };
}

function infoOf(row: Record<string, SQLOutputValue> | undefined) {
  return (
    row && {
      key: String(row.key),
      size: Number(row.size),
      contentType: String(row.contentType),
      modified: new Date(Number(row.modified)),
      version: String(row.id),
    }
  );
}
