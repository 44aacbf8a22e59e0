import { expect, test } from "vitest";
import { decompressIfXz, decompressXz } from "@nixery/binary-cache";
import { collect } from "@nixery/kit/collect";
import { chunks, failingAfter, xz } from "./support/xz.ts";

const text = Array.from({ length: 9000 }, (_, index) => `line ${index * 2_654_435_761}\n`).join("");

async function read(source: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.from(await collect(source, Infinity)).toString();
}

test.each([
  ["xz", xz(text)],
  ["xz of several blocks", xz(text, "-T2", "--block-size=20000")],
  ["xz of two streams", Buffer.concat([xz(text.slice(0, 9999)), xz(text.slice(9999))])],
  ["xz with CRC32", xz(text, "-C", "crc32")],
])("decompresses %s", async (_, bytes) => {
  expect(await read(decompressXz(chunks(bytes, 1000)))).toBe(text);
  expect(await read(decompressIfXz(chunks(bytes, 1000)))).toBe(text);
});

test.each([1, 3, 5, 6, 7, 65_537])("chunks of %d bytes make no difference", async (size) => {
  const short = text.slice(0, 3000);
  expect(await read(decompressIfXz(chunks(xz(short), size)))).toBe(short);
  expect(await read(decompressIfXz(chunks(Buffer.from(short), size)))).toBe(short);
});

test("passes other data on, even an empty stream", async () => {
  expect(await read(decompressIfXz(chunks(Buffer.from("\u00fd7z"), 1)))).toBe("\u00fd7z");
  expect(await read(decompressIfXz(chunks(Buffer.from(""), 1)))).toBe("");
});

test.each([
  ["truncated", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ["truncated in the footer", (bytes: Buffer) => bytes.subarray(0, -3)],
  ["with a changed byte", (bytes: Buffer) => bytes.fill(0x55, 2000, 2004)],
  ["with other data after it", (bytes: Buffer) => Buffer.concat([bytes, Buffer.from("more")])],
  ["with an unsupported check", () => xz(text, "-C", "sha256")],
])("rejects xz data %s", async (_, damage) => {
  await expect(read(decompressIfXz(chunks(damage(xz(text)), 1000)))).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_CORRUPT",
    message: expect.stringContaining("The xz data is damaged"),
  });
});

test.each(["", "plain text"])("%j is not xz data", async (plain) => {
  await expect(read(decompressXz(chunks(Buffer.from(plain), 1000)))).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_CORRUPT",
  });
});

test("passes an error of the source on", async () => {
  const reason = new Error("reset");
  const source = failingAfter(xz(text).subarray(0, 3000), reason);
  await expect(read(decompressIfXz(source))).rejects.toBe(reason);
});

test("closes the source when the reader stops", async () => {
  let isClosed = false;
  const source = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks(xz(text), 100);
    } finally {
      isClosed = true;
    }
  };
  for await (const chunk of decompressIfXz(source())) {
    expect(chunk.length).toBeGreaterThanOrEqual(0);
    break;
  }
  expect(isClosed).toBe(true);
});
