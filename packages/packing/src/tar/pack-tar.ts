import { pack as createPack } from "tar-stream";
import { textOf } from "../byte-string.ts";
import { binaryNames } from "./binary-name.ts";
import type { TarEntry } from "./tar-entry.ts";

type Pack = ReturnType<typeof createPack>;
type Header = Parameters<Pack["entry"]>[0];

/** Bytes of tar that may wait for the reader. */
const highWaterMark = 1 << 20;

/** As on every file of a Nix store. The time of the build would keep layers from being shared. */
const mtime = new Date(1000);

/**
 * Packs entries into a tar (POSIX.1-2024, ustar with pax headers where a name needs one), in the
 * order given, owned by 0:0. The same entries give the same bytes.
 */
export async function* packTar(
  entries: AsyncIterable<TarEntry>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pack = createPack({ highWaterMark });
  const filling = fill(pack, entries).catch((error: unknown) => {
    pack.destroy(error instanceof Error ? error : new Error("tar aborted", { cause: error }));
    return { error };
  });
  try {
    // Its type is `unknown`, its chunks are bytes.
    for await (const chunk of pack) {
      if (chunk instanceof Uint8Array) {
        yield chunk;
      }
    }
  } catch (error) {
    // The stream wraps values that are not an Error.
    throw (await filling)?.error ?? error;
  } finally {
    pack.destroy();
    await filling;
  }
}

async function fill(pack: Pack, entries: AsyncIterable<TarEntry>): Promise<undefined> {
  for await (const entry of entries) {
    const header = headerOf(entry);
    if (header === undefined) {
      await addBinary(pack, entry);
    } else {
      await add(pack, header, entry);
    }
  }
  pack.finalize();
  return undefined;
}

/** `undefined` when a name is not UTF-8, which `tar-stream` cannot write. */
function headerOf(entry: TarEntry): Header | undefined {
  const name = textOf(entry.name);
  const linkname = entry.type === "symlink" ? textOf(entry.target) : "";
  if (name === undefined || linkname === undefined) {
    return undefined;
  }
  const header = baseHeader(entry, name, linkname);
  // tar-stream would give such a directory a prefix and an empty name.
  const splits = entry.type !== "directory" || name.length - name.lastIndexOf("/") <= 100;
  return splits ? header : { ...header, pax: {} };
}

function baseHeader(entry: TarEntry, name: string, linkname: string): Header {
  const common = { uid: 0, gid: 0, uname: "", gname: "", mtime, type: entry.type };
  switch (entry.type) {
    case "directory":
      return { ...common, name: `${name}/`, mode: entry.mode };
    case "symlink":
      return { ...common, name, mode: 0o777, linkname };
    case "file":
      return { ...common, name, mode: entry.mode, size: entry.size };
  }
}

/** Puts a pax header with the raw bytes in front of an entry whose own names do not count. */
async function addBinary(pack: Pack, entry: TarEntry): Promise<void> {
  const names = binaryNames({
    path: entry.type === "directory" ? `${entry.name}/` : entry.name,
    linkpath: entry.type === "symlink" ? entry.target : undefined,
  });
  const header: Header = { name: "PaxHeader", mode: 0o644, uid: 0, gid: 0, mtime };
  // The library's types lack this type. It writes the header alone.
  const extended = Object.assign(header, { type: "pax-header", size: names.length });
  await add(pack, extended, undefined);
  pack.push(names);
  await add(pack, baseHeader(entry, "PaxEntry", "PaxLink"), entry);
}

/** Resolves when the entry is in the stream and the stream has room for another. */
async function add(pack: Pack, header: Header, entry: TarEntry | undefined): Promise<void> {
  const content = entry?.type === "file" ? entry.content : undefined;
  const { promise: added, resolve, reject } = Promise.withResolvers<undefined>();
  const done = (error?: Error | null): void => {
    if (error) {
      reject(error);
    } else {
      resolve(undefined);
    }
  };
  const sink =
    content instanceof Uint8Array ? pack.entry(header, content, done) : pack.entry(header, done);
  // `done` gets the error; without a listener it would end the process, too.
  sink.on("error", () => {});
  if (content !== undefined && !(content instanceof Uint8Array)) {
    added.catch(() => {});
    for await (const chunk of content) {
      if (!sink.write(chunk)) {
        await Promise.race([drained(sink), added]);
      }
    }
    sink.end(null);
  }
  await added;
}

async function drained(sink: ReturnType<Pack["entry"]>): Promise<void> {
  await new Promise<void>((resolve) => {
    sink.once("drain", resolve);
  });
}
