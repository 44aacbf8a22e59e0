import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { reasonOf } from "@nixery/kit/reason-of";
import { isPopcountError, PopcountError } from "./popcount-error.ts";

/** The result for one path. */
export interface StateRecord {
  /** `<hash>` of the path. */
  readonly hash: string;
  /** The names that it uses; `undefined` when the cache does not have the path. */
  readonly names: readonly string[] | undefined;
}

/** The results so far on disk, with which an interrupted count continues. */
export interface StateFile {
  /** Resolves when the record has been handed to the operating system. */
  append(record: StateRecord): Promise<void>;
  close(): Promise<void>;
}

export interface StateFileOptions {
  readonly path: string;
  /** Of the count; results of another count are not used. */
  readonly identity: string;
  /** Discard the records of earlier runs. */
  readonly restart: boolean;
  /** Called with each record of earlier runs. */
  onRecord(record: StateRecord): void;
}

const header = "nixery-popcount-state 1 ";

/**
 * Opens a state file: a header with the identity, then one line for each path, each with a checksum
 * of its own. Lines are only appended, so a process that dies leaves at most one torn line, at the
 * end. From the first damaged line on, the file is truncated and its paths are counted again.
 *
 * @throws PopcountError `ERR_POPCOUNT_STATE`
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

/** Reads the records of earlier runs; returns the length of the part that is whole. */
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

/** A file that is not a state file, nor the start of one, must not be truncated. */
async function refuseOtherFiles(handle: FileHandle, path: string): Promise<void> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(header.length), 0, undefined, 0);
  if (!header.startsWith(buffer.toString("latin1", 0, bytesRead))) {
    throw new PopcountError("ERR_POPCOUNT_STATE", {
      message: `The file "${path}" is not a state file. Choose another name for the state.`,
    });
  }
}

function checkHeader(line: string, { path, identity }: StateFileOptions): void {
  if (line !== `${header}${identity}`) {
    throw new PopcountError("ERR_POPCOUNT_STATE", {
      message: `The state file "${path}" belongs to another count (other paths, cache or keys). Remove it, restart the count, or choose another state file.`,
    });
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
    if (isPopcountError(error)) {
      throw error;
    }
    throw new PopcountError("ERR_POPCOUNT_STATE", {
      message: `Using the state file "${path}" failed (${reasonOf(error)}). Choose another or none.`,
      cause: error,
    });
  };
}
