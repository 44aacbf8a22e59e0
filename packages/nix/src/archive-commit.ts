import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** What `git archive` writes about its commit at the beginning of a tarball. */
export interface ArchiveCommit {
  readonly commit: string;
  /** Committer's date. */
  readonly created: Date;
}

const blockSize = 512;

/**
 * Reads the commit from the first two blocks of a gzipped tarball and leaves the rest.
 *
 * git-archive(1) stores the commit hash in a global extended pax header, and the commit time as
 * modification time of every entry, that header included.
 *
 * @returns `undefined` for a tarball that git did not make from a commit
 */
export async function readArchiveCommit(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
): Promise<ArchiveCommit | undefined> {
  let start = Buffer.alloc(0);
  await pipeline(
    Readable.from(body),
    createGunzip(),
    async (unpacked: AsyncIterable<Buffer>) => {
      for await (const chunk of unpacked) {
        start = Buffer.concat([start, chunk]);
        if (start.byteLength >= 2 * blockSize) return;
      }
    },
    { signal },
  );
  return parseGlobalHeader(start);
}

/** POSIX.1-2017 pax: a header block with type `g`, then records `<length> <key>=<value>`. */
function parseGlobalHeader(start: Buffer): ArchiveCommit | undefined {
  if (start.byteLength < 2 * blockSize || start.toString("latin1", 156, 157) !== "g") {
    return undefined;
  }
  const seconds = Number.parseInt(start.toString("latin1", 136, 148), 8);
  const commit = /^\d+ comment=([0-9a-f]{40})\n/.exec(start.toString("latin1", blockSize))?.[1];
  if (commit === undefined || !Number.isFinite(seconds)) return undefined;
  return { commit, created: new Date(seconds * 1000) };
}
