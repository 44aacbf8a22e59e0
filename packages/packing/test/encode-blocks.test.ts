import { gunzipSync } from "node:zlib";
import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import pLimit from "p-limit";
import { expect, it } from "vitest";
import { blocksOf } from "../src/blocks.ts";
import { encodeBlocks } from "../src/encode-blocks.ts";
import { createLayerCodec } from "../src/gzip-codec.ts";
import type { LayerCodec } from "../src/layer-codec.ts";
import { bytes } from "./support/tar.ts";

/** Cuts `data` at the given places. */
async function* chunks(data: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < data.length; turn++) {
    const size = Math.max(0, sizes[turn % sizes.length] ?? data.length);
    yield data.subarray(at, at + size);
    at += size;
  }
}

interface Way {
  readonly level: number;
  readonly blockSize: number;
  readonly sizes: readonly number[];
  readonly maxBlocks: number;
  readonly concurrency: number;
}

async function gzip(data: Uint8Array, way: Way): Promise<Buffer> {
  const run = pLimit(way.concurrency);
  const blocks = blocksOf(chunks(data, way.sizes), way.blockSize);
  const codec = createLayerCodec({ level: way.level });
  return await bytes(encodeBlocks(blocks, codec, { maxBlocks: way.maxBlocks, run }));
}

/** Repeats itself at distances up to the window and beyond, so that dictionaries matter. */
const data = fc
  .array(
    fc.record({
      piece: fc.uint8Array({ minLength: 1, maxLength: 4000 }),
      times: fc.integer({ min: 1, max: 30 }),
    }),
    { maxLength: 12 },
  )
  .map((parts) =>
    Buffer.concat(parts.flatMap(({ piece, times }) => Array.from({ length: times }, () => piece))),
  );

const sizes = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 5 });

it("gives the same valid member however the bytes arrive and however many work at it", async () => {
  await fc.assert(
    fc.asyncProperty(
      data,
      fc.constantFrom(1, 5, 6, 9),
      fc.constantFrom(1024, 33_000, 65_536),
      sizes,
      sizes,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      async (input, level, blockSize, cutsA, cutsB, maxBlocks, concurrency) => {
        const a = await gzip(input, {
          level,
          blockSize,
          sizes: cutsA,
          maxBlocks: 1,
          concurrency: 1,
        });
        const b = await gzip(input, { level, blockSize, sizes: cutsB, maxBlocks, concurrency });
        expect(b.equals(a)).toBe(true);
        expect(gunzipSync(a).equals(input)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

it("is one member that gzip accepts, with nothing of the machine in its header", async () => {
  const input = Buffer.from("a layer ".repeat(400_000));
  const way = { level: 5, blockSize: 512 * 1024, sizes: [65_536], maxBlocks: 3, concurrency: 2 };
  const member = await gzip(input, way);
  expect([...member.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  expect(execFileSync("gzip", ["-dc"], { input: member, maxBuffer: 2 ** 26 })).toEqual(input);
  // Its length is in the trailer once: a second member would have a header of its own.
  expect(member.readUInt32LE(member.length - 4)).toBe(input.length);
});

it("compresses nothing into a valid member", async () => {
  const way = { level: 5, blockSize: 1024, sizes: [1], maxBlocks: 2, concurrency: 2 };
  expect(gunzipSync(await gzip(Buffer.alloc(0), way)).length).toBe(0);
});

it("loses little to the cuts", async () => {
  const input = Buffer.from(
    Array.from({ length: 60_000 }, (_, line) => `line ${line} of ${line % 977}\n`).join(""),
  );
  const way = { level: 6, sizes: [65_536], maxBlocks: 2, concurrency: 2 };
  const cut = await gzip(input, { ...way, blockSize: 64 * 1024 });
  const whole = await gzip(input, { ...way, blockSize: input.length });
  expect(cut.length).toBeLessThan(whole.length * 1.02);
});

it("holds no more blocks than it may", async () => {
  let given = 0;
  let read = 0;
  let most = 0;
  async function* blocks(): AsyncGenerator<Uint8Array> {
    for (; given < 50; given++) {
      most = Math.max(most, given - read);
      yield Buffer.alloc(2000, given);
    }
  }
  const codec = createLayerCodec({ level: 1 });
  // The first and the last chunk are the frame.
  for await (const chunk of encodeBlocks(blocks(), codec, { maxBlocks: 4, run: pLimit(2) })) {
    if (chunk.length > 10) {
      read += 1;
    }
  }
  expect(most).toBeLessThanOrEqual(4);
  expect(most).toBeGreaterThan(1);
});

it("passes on a failure of the source and waits for the blocks under way", async () => {
  const failure = new Error("disk");
  let running = 0;
  const run = async <T>(job: () => Promise<T>): Promise<T> => {
    running += 1;
    try {
      return await job();
    } finally {
      running -= 1;
    }
  };
  async function* blocks(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(200_000);
    yield Buffer.alloc(200_000);
    throw failure;
  }
  const codec = createLayerCodec({ level: 9 });
  const encoding = bytes(encodeBlocks(blocks(), codec, { maxBlocks: 5, run }));
  await expect(encoding).rejects.toBe(failure);
  expect(running).toBe(0);
});

it("hands a codec the bytes before each block, over as many blocks as it takes", async () => {
  const input = Buffer.from("abcdefghijk");
  const seen: string[] = [];
  const codec: LayerCodec = {
    id: "plain",
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    blockSize: 2,
    lookBack: 5,
    async encode(block, before) {
      seen.push(Buffer.from(before).toString());
      return block;
    },
  };
  const blocks = blocksOf(chunks(input, [3]), codec.blockSize);
  const encoded = await bytes(encodeBlocks(blocks, codec, { maxBlocks: 3, run: pLimit(1) }));
  // Without a frame the bytes are those of the blocks.
  expect(encoded.equals(input)).toBe(true);
  expect(seen).toEqual(["", "ab", "abcd", "bcdef", "defgh", "fghij"]);
});
