import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { ConformanceGroup } from "./conformance-case.ts";
import { chunksOf, collect } from "./bytes.ts";
import { commitAbortCases } from "./commit-abort-cases.ts";
import { operationAbortCases } from "./operation-abort-cases.ts";
import { assertAbsent, assertObject, keyOf, listOf, open, put, sample } from "./objects.ts";
import { assertRejectsWith, during, promptly } from "./outcomes.ts";
import { hangingAfter } from "./sources.ts";

const key = keyOf(1);
const reason = new Error("the caller has gone");

export const abortCases: ConformanceGroup = {
  name: "aborts",
  cases: [
    ...operationAbortCases,
    {
      name: "end a write that waits for its source, and close the source",
      async run(subject) {
        const { storage } = subject;
        const { source, hangs, closed } = hangingAfter(sample(2, 100_000).bytes, sample(3).bytes);
        const controller = new AbortController();
        const write = storage.write(key, source, { ...sample(2), signal: controller.signal });
        await during(subject, write, hangs, "the source is read");
        controller.abort(reason);
        await assertRejectsWith(subject, write, reason, "an aborted write");
        await promptly(subject, closed, "an aborted write closes its source; that");
        await assertAbsent(storage, key);
        assert.deepEqual(await listOf(storage, ""), []);
      },
    },
    {
      name: "end a write and leave the old object",
      async run(subject) {
        const { storage } = subject;
        await put(storage, key, sample(1));
        const { source, hangs } = hangingAfter(sample(2, 100_000).bytes);
        const controller = new AbortController();
        const write = storage.write(key, source, { ...sample(2), signal: controller.signal });
        await during(subject, write, hangs, "the source is read");
        controller.abort(reason);
        await assertRejectsWith(subject, write, reason, "an aborted write");
        await assertObject(storage, key, sample(1));
      },
    },
    {
      name: "end a write whose source never ends",
      async run(subject) {
        const { storage } = subject;
        const controller = new AbortController();
        const aborted = Promise.withResolvers<void>();
        let chunks = 0;
        const endless = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
          // It does end, since a backend that ignores the abort would fill the memory.
          for (; chunks < 1000; chunks += 1) {
            if (chunks === 3) {
              aborted.resolve();
              controller.abort(reason);
            }
            await setImmediate();
            yield new Uint8Array(10_000);
          }
        };
        const { signal } = controller;
        const write = storage.write(key, endless(), { ...sample(1), signal });
        await during(subject, write, aborted.promise, "the source is read");
        await assertRejectsWith(subject, write, reason, "an aborted write");
        const then = chunks;
        await assertAbsent(storage, key);
        assert.ok(chunks - then <= 1, "the source is left alone after the abort");
      },
    },
    {
      name: "end a body that is being read",
      async run(subject) {
        const { storage, largeSize } = subject;
        await put(storage, key, sample(1, largeSize));
        const controller = new AbortController();
        const result = await open(storage, key, { signal: controller.signal });
        const body = result.body[Symbol.asyncIterator]();
        const first = await body.next();
        assert.ok(first.done !== true && first.value.byteLength > 0, "a body has a first chunk");
        controller.abort(reason);
        await assertRejectsWith(subject, body.next(), reason, "an aborted body");
      },
    },
    {
      name: "end a body before its first chunk is read",
      async run(subject) {
        const { storage } = subject;
        await put(storage, key, sample(1));
        const controller = new AbortController();
        const { body } = await open(storage, key, { signal: controller.signal });
        controller.abort(reason);
        await assertRejectsWith(subject, collect(body, 1001), reason, "an aborted body");
      },
    },
    {
      name: "end a listing that is being read",
      async run(subject) {
        const { storage } = subject;
        for (const number of [1, 2, 3]) {
          await put(storage, keyOf(number), sample(number));
        }
        const controller = new AbortController();
        const list = storage.list("", { signal: controller.signal })[Symbol.asyncIterator]();
        const first = await list.next();
        assert.equal(first.done, false);
        controller.abort(reason);
        await assertRejectsWith(subject, list.next(), reason, "an aborted listing");
      },
    },
    ...commitAbortCases,
    {
      name: "without a reason reject with the one of the signal",
      async run(subject) {
        const { storage } = subject;
        const controller = new AbortController();
        const { source, hangs } = hangingAfter(sample(1).bytes);
        const write = storage.write(key, source, { ...sample(1), signal: controller.signal });
        await during(subject, write, hangs, "the source is read");
        controller.abort();
        const { reason: plain } = controller.signal;
        await assertRejectsWith(subject, write, plain, "an aborted write");
      },
    },
    {
      name: "after the end change nothing",
      async run({ storage }) {
        const controller = new AbortController();
        const { signal } = controller;
        const object = sample(1);
        await storage.write("staging/a", chunksOf(object.bytes), { ...object, signal });
        await storage.move("staging/a", key, { signal });
        const { body } = await open(storage, key, { signal });
        await collect(body, object.bytes.byteLength);
        controller.abort(reason);
        await assertObject(storage, key, object);
      },
    },
  ],
};
