import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hashOf } from "../../binary-cache/test/support/narinfo-text.ts";
import { chunks, failingAfter, xz } from "../../binary-cache/test/support/xz.ts";
import { readStorePathList } from "../src/store-path-list.ts";

const paths = Array.from({ length: 3000 }, (_, index) => `${hashOf(`${index}`)}-package-${index}`);
const text = paths.map((path) => `/nix/store/${path}\n`).join("");

async function read(bytes: Uint8Array, size = 1000): Promise<readonly string[]> {
  return (await readStorePathList(chunks(bytes, size))).bases;
}

test.each([
  ["plain", Buffer.from(text)],
  ["plain without a last line break", Buffer.from(text.trimEnd())],
  ["plain with Windows line breaks", Buffer.from(text.replaceAll("\n", "\r\n"))],
  ["names without a directory", Buffer.from(paths.join("\n"))],
  ["another store directory", Buffer.from(text.replaceAll("/nix/store", "/gnu/deep/store"))],
  ["xz", xz(text)],
  ["xz of several blocks", xz(text, "-T2", "--block-size=20000")],
  ["xz of two streams", Buffer.concat([xz(text.slice(0, 9999)), xz(text.slice(9999))])],
  ["xz with CRC32", xz(text, "-C", "crc32")],
])("reads a list: %s", async (_, bytes) => {
  expect(await read(bytes)).toEqual(paths.toSorted());
});

test.each([1, 3, 5, 6, 7, 65_537])("chunks of %d bytes make no difference", async (size) => {
  const few = paths.slice(0, 50);
  expect(await read(xz(few.join("\n")), size)).toEqual(few.toSorted());
  expect(await read(Buffer.from(few.join("\n")), size)).toEqual(few.toSorted());
});

test("order and repetition make no difference", async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(paths.slice(0, 40), { minLength: 1 }), async (some) => {
      const twice = [...some, ...some.toReversed()].join("\n");
      expect(await read(Buffer.from(twice))).toEqual(some.toSorted());
    }),
  );
});

const [first = ""] = paths;

test.each([
  ["", "contains no store path"],
  ["\n\n", "contains no store path"],
  [`${first}\nhello\n`, 'line 2 is not a store path: "hello"'],
  ["<html>error</html>", "line 1 is not a store path"],
  [`/nix/store/${first}/bin/sh\n`, "line 1 is not a store path"],
  [`store/${first}\n`, "line 1 is not a store path"],
  [`/nix/store/${first.slice(1)}\n`, "line 1 is not a store path"],
  [`${first.slice(0, 33)}\n`, "line 1 is not a store path"],
  [`${first}\n${first}-dev\n`, `two paths have the hash of "${first}"`],
  ["x".repeat(70_000), "line 1 is longer than 64 KiB"],
])("rejects the list %j", async (wrong, message) => {
  await expect(read(Buffer.from(wrong))).rejects.toMatchObject({
    code: "ERR_POPCOUNT_INVALID_LIST",
    message: expect.stringContaining(message),
  });
});

test("passes an error of damaged xz data on", async () => {
  await expect(read(xz(text).subarray(0, 5000))).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_CORRUPT",
  });
});

test("passes an error of the source on", async () => {
  const reason = new Error("reset");
  const source = failingAfter(xz(text).subarray(0, 3000), reason);
  await expect(readStorePathList(source)).rejects.toBe(reason);
});
