import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readLines } from "@nixery/binary-cache";

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
}

async function read(bytes: Uint8Array, size: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readLines(chunks(bytes, size), tooLong)) {
    lines.push(line);
  }
  return lines;
}

const tooLong = (): Error => new Error("too long");

test("splits a stream at line feeds, wherever its chunks end", async () => {
  const line = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\n", ""));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
      expect(await read(bytes, size)).toEqual(bytes.toString().split("\n").slice(0, -1));
    }),
  );
});

test("the last line needs no line feed", async () => {
  const bytes = Buffer.from("a\n\nb");
  expect(await read(bytes, 2)).toEqual(["a", "", "b"]);
});

test("rejects a line of more than 64 KiB", async () => {
  await expect(read(Buffer.alloc(70_000, "x"), 1000)).rejects.toThrow("too long");
});
