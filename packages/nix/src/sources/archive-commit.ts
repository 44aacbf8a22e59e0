import { constants, gunzipSync } from "node:zlib";
import type { PinnedCommit } from "./pins.ts";

/** Size of a tar header, in bytes. */
const blockSize = 512;
/** Enough compressed bytes for two blocks, however badly they compress. */
const maxPackedBytes = 8 * blockSize;

/**
 * Reads the commit from the first two blocks of a gzipped tarball, and leaves the rest unread.
 *
 * git-archive(1) stores the commit hash in a global extended pax header, and the commit time as
 * modification time of every entry, that header included.
 *
 * @returns `undefined` for a tarball that git did not make from a commit
 * @throws Error when `body` is not a gzipped tarball
 */
export async function readArchiveCommit(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<PinnedCommit | undefined> {
  let packed = Buffer.alloc(0);
  for await (const chunk of body) {
    packed = Buffer.concat([packed, chunk]).subarray(0, maxPackedBytes);
    const start = gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
    if (start.byteLength >= 2 * blockSize) {
      return parseGlobalHeader(start);
    }
  }
  throw new Error("the response is not a tarball");
}

/** POSIX.1-2017 pax: a header block with type `g`, then records `<length> <key>=<value>`. */
function parseGlobalHeader(start: Buffer): PinnedCommit | undefined {
  if (start.toString("latin1", 156, 157) !== "g") {
    return undefined;
  }
  const seconds = Number.parseInt(start.toString("latin1", 136, 148), 8);
  const commit = /^\d+ comment=([0-9a-f]{40})\n/.exec(start.toString("latin1", blockSize))?.[1];
  if (commit === undefined || !Number.isFinite(seconds)) {
    return undefined;
  }
  return { commit, created: new Date(seconds * 1000) };
}
