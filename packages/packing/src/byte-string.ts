/**
 * Bytes as a string with one character a byte (Latin-1). File names in a store are bytes, not text:
 * this form keeps them whole, compares in byte order and still reads as text when it is ASCII.
 */
export type ByteString = string;

// oxlint-disable-next-line no-control-regex
const ascii = /^[\u0000-\u007f]*$/;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of `text` in UTF-8. */
export function bytesOf(text: string): ByteString {
  return ascii.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/** `bytes` decoded as UTF-8, `undefined` when they are not UTF-8. */
export function textOf(bytes: ByteString): string | undefined {
  if (ascii.test(bytes)) {
    return bytes;
  }
  try {
    return strictUtf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    return undefined;
  }
}

/** For messages: `bytes` decoded as UTF-8, with U+FFFD where they are not UTF-8. */
export function readable(bytes: ByteString): string {
  return ascii.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}
