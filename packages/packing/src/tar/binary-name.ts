import type { ByteString } from "../byte-string.ts";

const block = 512;

/**
 * Body of a pax extended header that gives the next entry names which are not UTF-8
 * (POSIX.1-2024, pax, "hdrcharset"). Its size is a multiple of 512, so that it needs no padding.
 */
export function binaryNames(names: {
  readonly path: ByteString;
  readonly linkpath?: ByteString | undefined;
}): Uint8Array {
  let records = record("hdrcharset", "BINARY") + record("path", names.path);
  if (names.linkpath !== undefined) {
    records += record("linkpath", names.linkpath);
  }
  return Buffer.from(records + filler(records.length), "latin1");
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function record(key: string, value: ByteString): ByteString {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) {
    length += 1;
  }
  return `${length}${rest}`;
}

/** A comment, which readers skip, up to the end of the block. */
function filler(used: number): ByteString {
  const shortest = record("comment", "").length;
  const length = Math.ceil((used + shortest) / block) * block - used;
  const start = `${length} comment=`;
  return `${start}${".".repeat(length - start.length - 1)}\n`;
}
