import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import {
  type ObjectInfo,
  type Storage,
  StorageError,
  type StorageErrorCode,
  abortable,
  assertKey,
  resolveRange,
} from "@nixery/storage";
import { inParts } from "@nixery/storage/remote";

/** A storage that holds a file open until it is closed. */
export interface SqliteStorage extends Storage {
  close(): void;
}

/** In bytes: how much of an object is in memory at a time. */
const chunkSize = 512 * 1024;

// An object without a key is not complete. IDs are never used again (AUTOINCREMENT), so a reader of
// a replaced object finds no chunk rather than one of another object.
const schema = `
  PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;
  CREATE TABLE IF NOT EXISTS objects (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE,
    size INTEGER, contentType TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS chunks (object INTEGER REFERENCES objects ON DELETE CASCADE,
    number INTEGER, bytes BLOB, PRIMARY KEY (object, number));
  DELETE FROM objects WHERE key IS NULL;`;

/** The result code of SQLite for a full disk. */
const sqliteFull = 13;

/** Keeps images in the SQLite database `file`, which one process uses at a time. */
export function createSqliteStorage(file: string): SqliteStorage {
  const name = `sqlite:${file}`;
  const failure = (code: StorageErrorCode, key: string, problem: string, cause?: unknown) =>
    new StorageError(code, { backend: name, key, message: `${name} ${problem}`, cause });
  /** Runs statements, all of them or none. */
  const run = <T>(key: string, statements: () => T): T => {
    try {
      db.exec("BEGIN IMMEDIATE");
      const result = statements();
      db.exec("COMMIT");
      return result;
    } catch (cause) {
      if (db.isOpen && db.isTransaction) {
        db.exec("ROLLBACK");
      }
      const full = cause instanceof Error && "errcode" in cause && cause.errcode === sqliteFull;
      const code = full ? "ERR_STORAGE_FULL" : "ERR_STORAGE_UNAVAILABLE";
      throw failure(code, key, `cannot use ${key}: ${String(cause)}`, cause);
    }
  };
  const begin = (key: string, signal: AbortSignal | undefined): void => {
    signal?.throwIfAborted();
    assertKey(key, name);
  };

  const db = new DatabaseSync(file, { timeout: 5000 });
  db.exec(schema);
  const select = db.prepare("SELECT id, key, size, contentType FROM objects WHERE key = ?");
  const selectNext = db.prepare(`SELECT key, size, contentType FROM objects
    WHERE key > $after AND substr(key, 1, length($prefix)) = $prefix ORDER BY key LIMIT 1`);
  const insert = db.prepare("INSERT INTO objects (contentType) VALUES (?)");
  const publish = db.prepare("UPDATE objects SET key = ?, size = ? WHERE id = ?");
  const removeKey = db.prepare("DELETE FROM objects WHERE key = ?");
  const removeId = db.prepare("DELETE FROM objects WHERE id = ?");
  const insertChunk = db.prepare("INSERT INTO chunks VALUES (?, ?, ?)");
  const selectChunk = db.prepare("SELECT bytes FROM chunks WHERE object = ? AND number = ?");

  const find = (key: string) => {
    const row = run(key, () => select.get(key));
    return row && { id: Number(row.id), info: infoOf(row) };
  };
  async function* bytesOf(id: number, key: string, start: number, end: number) {
    for (let offset = start; offset < end;) {
      const number = Math.floor(offset / chunkSize);
      const bytes = run(key, () => selectChunk.get(id, number))?.bytes;
      if (!(bytes instanceof Uint8Array)) {
        throw failure("ERR_STORAGE_UNAVAILABLE", key, `has another ${key} now; read it again`);
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
        run(key, () => [removeKey.run(key), publish.run(key, size, id)]);
        return { key, size, contentType };
      } catch (error) {
        run(key, () => removeId.run(id));
        throw error;
      }
    },
    async read(key, { range, signal } = {}) {
      begin(key, signal);
      const found = find(key);
      if (found === undefined) {
        return undefined;
      }
      const { start, length } = resolveRange(range, found.info, name);
      const bytes = bytesOf(found.id, key, start, start + length);
      return { info: found.info, body: abortable(bytes, { signal }) };
    },
    async stat(key, { signal } = {}) {
      begin(key, signal);
      return find(key)?.info;
    },
    async move(from, to, { signal } = {}) {
      begin(from, signal);
      assertKey(to, name);
      const found = find(from);
      if (found === undefined) {
        throw failure("ERR_STORAGE_NOT_FOUND", from, `has no ${from} to move; write it first`);
      }
      if (from !== to) {
        run(from, () => [removeKey.run(to), publish.run(to, found.info.size, found.id)]);
      }
    },
    async remove(key, { signal } = {}) {
      begin(key, signal);
      run(key, () => removeKey.run(key));
    },
    async *list(prefix, { signal } = {}) {
      for (let after = ""; ;) {
        signal?.throwIfAborted();
        const row = run(prefix, () => selectNext.get({ after, prefix }));
        if (row === undefined) {
          return;
        }
        after = String(row.key);
        yield infoOf(row);
      }
    },
    close: () => db.close(),
  };
}

function infoOf(row: Record<string, SQLOutputValue>): ObjectInfo {
  return { key: String(row.key), size: Number(row.size), contentType: String(row.contentType) };
}
