import assert from "node:assert/strict";
import type { ReadResult } from "@nixery/storage";
import type { ConformanceGroup, Subject } from "./conformance-case.ts";
import { bounded, collect, restOf } from "./bytes.ts";
import { assertObject, keyOf, open, put, sample } from "./objects.ts";
import { promptly } from "./outcomes.ts";

const key = keyOf(1);

/** More than a backend may have open connections or files. */
const readers = 200;

/** In bytes; a larger chunk would mean that a large part of an object is in memory. */
const largestChunk = 8 * 1024 * 1024;

async function assertReadersMayReturn(
  subject: Subject,
  end: (result: ReadResult) => Promise<unknown>,
): Promise<void> {
  const { storage } = subject;
  const object = sample(1, 1_000_000);
  await put(storage, key, object);
  for (let reader = 0; reader < readers; reader += 1) {
    const result = await promptly(subject, open(storage, key), `read ${reader + 1}`);
    await promptly(subject, end(result), `the return of reader ${reader + 1}`);
  }
  await assertObject(storage, key, object);
}

export const bodyCases: ConformanceGroup = {
  name: "bodies",
  cases: [
    {
      name: "come in parts",
      async run({ storage, largeSize }) {
        await put(storage, key, sample(1, largeSize));
        const { body } = await open(storage, key);
        for await (const chunk of bounded(body, largeSize)) {
          assert.ok(
            chunk.byteLength <= Math.min(largestChunk, largeSize - 1),
            `a chunk has less than the ${largeSize} bytes of the body, not ${chunk.byteLength}`,
          );
        }
      },
    },
    {
      name: "stay at their end",
      async run({ storage }) {
        const object = sample(1);
        await put(storage, key, object);
        const body = (await open(storage, key)).body[Symbol.asyncIterator]();
        await collect(restOf(body), object.bytes.byteLength);
        assert.equal((await body.next()).done, true);
        assert.equal((await body.next()).done, true);
      },
    },
    {
      name: "may be returned after the first chunk",
      run: async (subject) =>
        assertReadersMayReturn(subject, async ({ body }) => {
          for await (const _ of body) {
            break;
          }
        }),
    },
    {
      name: "may be returned before the first chunk",
      run: async (subject) =>
        assertReadersMayReturn(subject, async ({ body }) =>
          body[Symbol.asyncIterator]().return?.(),
        ),
    },
    {
      name: "of a slow reader wait for it",
      async run({ storage, largeSize }) {
        const object = sample(1, largeSize);
        await put(storage, key, object);
        const slow = await open(storage, key);
        const body = slow.body[Symbol.asyncIterator]();
        await body.next();
        // Other readers and writers need not wait.
        await assertObject(storage, key, object);
        await put(storage, keyOf(2), object);
        await assertObject(storage, keyOf(2), object);
        assert.ok((await body.next()).done !== true, "a large body has a second chunk");
        await body.return?.();
      },
    },
  ],
};
