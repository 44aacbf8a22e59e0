import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type { ConformanceGroup } from "./conformance-case.ts";
import { bounded, bytesOf, chunksOf, collect, yielding } from "./bytes.ts";
import {
  assertAbsent,
  assertBytes,
  assertInfo,
  assertObject,
  infoOf,
  keyOf,
  open,
  put,
  sample,
} from "./objects.ts";

const key = keyOf(1);
const contentType = "application/octet-stream";

export const roundTripCases: ConformanceGroup = {
  name: "objects",
  cases: [
    {
      name: "may be empty",
      async run({ storage }) {
        const empty = sample(1, 0);
        await put(storage, key, empty);
        await assertObject(storage, key, empty);
      },
    },
    {
      name: "may be one byte",
      async run({ storage }) {
        const single = sample(1, 1);
        await put(storage, key, single);
        await assertObject(storage, key, single);
      },
    },
    {
      name: "may be larger than a buffer or a part of an upload",
      async run({ storage, largeSize }) {
        const large = sample(1, largeSize);
        await put(storage, key, large);
        await assertObject(storage, key, large);
      },
    },
    {
      name: "contain chunks of any size, empty ones included",
      async run({ storage }) {
        const sizes = [0, 1, 0, 0, 7, 4096, 65_537, 3, 0, 300_001, 0];
        const chunks = sizes.map((size, index) => bytesOf(size, index + 1));
        await storage.write(key, yielding(...chunks), { contentType });
        await assertObject(storage, key, { bytes: Buffer.concat(chunks), contentType });
      },
    },
    {
      name: "contain only the part of a buffer that a chunk is",
      async run({ storage }) {
        const whole = bytesOf(1000);
        const chunks = [
          whole.subarray(100, 200),
          Buffer.from(whole).subarray(300, 350),
          new (class extends Uint8Array {})(whole.subarray(500, 501)),
        ];
        await storage.write(key, yielding(...chunks), { contentType });
        await assertObject(storage, key, { bytes: Buffer.concat(chunks), contentType });
      },
    },
    {
      name: "contain a chunk whose buffer is filled again for the next one",
      async run({ storage }) {
        const bytes = bytesOf(40_000);
        const buffer = new Uint8Array(1000);
        const reusing = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
          for await (const chunk of chunksOf(bytes, buffer.byteLength)) {
            buffer.set(chunk);
            yield buffer;
          }
          buffer.fill(0);
        };
        await storage.write(key, reusing(), { contentType });
        await assertObject(storage, key, { bytes, contentType });
      },
    },
    {
      name: "stay the same when a reader writes into a chunk",
      async run({ storage }) {
        const object = sample(1);
        await put(storage, key, object);
        const { body } = await open(storage, key);
        for await (const chunk of bounded(body, object.bytes.byteLength)) {
          chunk.fill(0);
        }
        await assertObject(storage, key, object);
      },
    },
    {
      name: "come from any async iterable",
      async run({ storage }) {
        const object = sample(1, 200_000);
        const { bytes } = object;
        const stream = Readable.from(chunksOf(bytes), { objectMode: false });
        await storage.write(key, stream, object);
        await assertObject(storage, key, object);

        const chunks = chunksOf(bytes);
        const bare = { [Symbol.asyncIterator]: () => ({ next: async () => chunks.next() }) };
        await storage.write(keyOf(2), bare, object);
        await assertObject(storage, keyOf(2), object);
      },
    },
    {
      name: "are described by the result of their write",
      async run({ storage }) {
        const object = sample(1);
        assertInfo(
          await put(storage, key, object),
          infoOf(key, object),
          `the result of write(${key})`,
        );
      },
    },
    {
      name: "that do not exist are undefined",
      async run({ storage }) {
        await put(storage, keyOf(2), sample(1));
        await assertAbsent(storage, key);
        assert.equal(await storage.read(key, { range: { start: 0, end: 1 } }), undefined);
        assert.equal(await storage.read(key, { range: { start: 100 } }), undefined);
      },
    },
    {
      name: "can be read several times at once",
      async run({ storage, largeSize }) {
        const { bytes, contentType: type } = sample(1, largeSize);
        await put(storage, key, { bytes, contentType: type });
        const bodies = await Promise.all(Array.from({ length: 4 }, async () => open(storage, key)));
        for (const read of await Promise.all(
          bodies.map(async ({ body }) => collect(body, largeSize)),
        )) {
          assertBytes(read, bytes, key);
        }
      },
    },
    {
      name: "outlive the process",
      needs: ["reopen"],
      async run({ storage, reopen }) {
        const object = sample(1, 100_000);
        await put(storage, key, object);
        await put(storage, "image-cache/a-1", sample(2));
        await put(storage, "layer-cache/b-2", sample(3));
        const again = await reopen();
        await assertObject(again, key, object);
        await assertObject(again, "image-cache/a-1", sample(2));
        await assertObject(again, "layer-cache/b-2", sample(3));
        await assertAbsent(again, keyOf(2));
      },
    },
  ],
};
