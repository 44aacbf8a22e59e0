import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { PopcountError, reasonOf } from "./popcount-error.ts";

/** What is known of a path: the names that it uses, or that the cache does not have it. */
export interface StateRecord {
  /** `<hash>` of the path. */
  readonly hash: string;
  /** `undefined`: not in the cache. */
  readonly names: readonly string[] | undefined;
}

/** Results so far, on disk, so that an interrupted count goes on where it was. */
export interface StateFile {
  /** Resolves when the record has been handed to the operating system. */
  append(record: StateRecord): Promise<void>;
  close(): Promise<void>;
}

export interface StateFileOptions {
  readonly path: string;
  /** What is counted; results of something else are not used. */
  readonly identity: string;
  /** Forget what an earlier run left. */
  readonly restart: boolean;
  /** Told of each record of earlier runs. */
  readonly onRecord: (record: StateRecord) => void;
}

const header = "nixery-popcount-state 1 ";

/**
 * Opens a state file: a header with the identity, then one line for each path, each with a checksum
 * of its own. Lines are only ever appended, so a process that dies leaves at most one torn line, at
 * the end; that and whatever follows a damaged line is cut off and counted again.
 *
 * @throws PopcountError `ERR_POPCOUNT_STATE` when the file is another count's or cannot be used.
 */
export async function openStateFile(options: StateFileOptions): Promise<StateFile> {
  const { path } = options;
  const handle = await open(path, "a+").catch(failed(path));
  try {
    const end = await readRecords(handle, options);
    await handle.truncate(end);
    if (end === 0) {
      await handle.appendFile(`${header}${options.identity}\n`);
    }
  } catch (error) {
    await handle.close();
    return failed(path)(error);
  }
  return createAppender(handle, path);
}

function createAppender(handle: FileHandle, path: string): StateFile {
  let waiting = "";
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    while (waiting !== "") {
      const text = waiting;
      waiting = "";
      await handle.appendFile(text).catch(failed(path));
    }
    writing = undefined;
  };
  return {
    append(record) {
      waiting += encode(record);
      writing ??= write();
      return writing;
    },
    async close() {
      try {
        await writing;
      } finally {
        await handle.close();
      }
    },
  };
}

/** Reads what earlier runs left; the result is the length of the part that is whole. */
async function readRecords(handle: FileHandle, options: StateFileOptions): Promise<number> {
  await refuseOtherFiles(handle, options.path);
  let end = 0;
  if (options.restart) {
    return end;
  }
  for await (const line of readWholeLines(options.path)) {
    if (end === 0) {
      checkHeader(line, options);
    } else {
      const record = decode(line);
      if (record === undefined) {
        break;
      }
      options.onRecord(record);
    }
    end += line.length + 1;
  }
  return end;
}

/** A file that is no state file, not even the start of one, must never be cut. */
async function refuseOtherFiles(handle: FileHandle, path: string): Promise<void> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(header.length), 0, undefined, 0);
  if (!header.startsWith(buffer.toString("latin1", 0, bytesRead))) {
    throw new PopcountError(
      "ERR_POPCOUNT_STATE",
      `${path} is not a state file; choose another name for the state`,
    );
  }
}

function checkHeader(line: string, { path, identity }: StateFileOptions): void {
  if (line !== `${header}${identity}`) {
    throw new PopcountError(
      "ERR_POPCOUNT_STATE",
      `${path} holds the state of another count (other paths, cache or keys); remove it, restart, or choose another state file`,
    );
  }
}

/** Every character is one byte, so lengths of lines are offsets in the file. */
async function* readWholeLines(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "latin1" })) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

function encode({ hash, names }: StateRecord): string {
  const text = names === undefined ? `- ${hash}` : ["+", hash, ...names].join(" ");
  return `${checksum(text)} ${text}\n`;
}

function decode(line: string): StateRecord | undefined {
  const text = line.slice(9);
  const [kind, hash, ...names] = text.split(" ");
  if (line !== `${checksum(text)} ${text}` || hash === undefined) {
    return undefined;
  }
  return { hash, names: kind === "+" ? names : undefined };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

function failed(path: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof PopcountError) {
      throw error;
    }
    throw new PopcountError(
      "ERR_POPCOUNT_STATE",
      `the state file ${path} cannot be used (${reasonOf(error)}); choose another or none`,
      { cause: error },
    );
  };
}
