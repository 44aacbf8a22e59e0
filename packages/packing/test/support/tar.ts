import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { extract } from "tar-stream";

const run = promisify(execFile);

export async function bytes(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export interface ListedEntry {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly linkname: string | null;
  readonly owner: string;
  readonly mtime: number;
  readonly content: string;
}

/** The entries of a tar in their order, read by the library. */
export async function list(tar: Uint8Array): Promise<ListedEntry[]> {
  const entries: ListedEntry[] = [];
  const extraction = extract();
  extraction.end(tar);
  for await (const entry of extraction) {
    const { name, type, mode, linkname, uid, gid, uname, gname, mtime } = entry.header;
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) {
      if (chunk instanceof Uint8Array) {
        chunks.push(chunk);
      }
    }
    entries.push({
      name,
      type,
      mode,
      linkname,
      owner: `${uid}:${gid}:${uname}:${gname}`,
      mtime: mtime.getTime(),
      content: Buffer.concat(chunks).toString("latin1"),
    });
  }
  return entries;
}

/** Extracts with the system's tar, which knows nothing of this project. */
export async function unpack(tar: Uint8Array, directory: string): Promise<void> {
  const unpacking = run("tar", ["--extract", "--preserve-permissions", "--directory", directory]);
  unpacking.child.stdin?.end(tar);
  await unpacking;
}
