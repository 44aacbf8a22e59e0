import assert from "node:assert/strict";
import type { ConformanceGroup } from "./conformance-case.ts";
import { bytesOf } from "./bytes.ts";
import { assertObject, keyOf, listOf, put, sample } from "./objects.ts";

const bytes = bytesOf(10);

/** Types that a backend might guess, fold, cut or complete. */
const contentTypes: readonly string[] = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.image.rootfs.diff.tar.gzip",
  "application/octet-stream",
  "text/plain",
  "text/html",
  'text/plain; charset="UTF-8"; format=flowed',
  "application/X-Mixed.Case",
  `application/vnd.${"long.".repeat(20)}v1+json`,
];

export const contentTypeCases: ConformanceGroup = {
  name: "content types",
  cases: [
    {
      name: "are kept as they were given",
      async run({ storage }) {
        for (const [index, contentType] of contentTypes.entries()) {
          await put(storage, keyOf(index), { bytes, contentType });
        }
        for (const [index, contentType] of contentTypes.entries()) {
          await assertObject(storage, keyOf(index), { bytes, contentType });
        }
        const listed = await listOf(storage, "blobs/");
        assert.deepEqual(
          listed.map((info) => info.contentType),
          contentTypes,
        );
      },
    },
    {
      name: "change with their object",
      async run({ storage }) {
        const key = keyOf(1);
        await put(storage, key, { bytes, contentType: "text/plain" });
        await put(storage, key, { bytes, contentType: "text/html" });
        await assertObject(storage, key, { bytes, contentType: "text/html" });
      },
    },
    {
      name: "move with their object",
      async run({ storage }) {
        await put(storage, "staging/a", { bytes, contentType: "text/x-moved" });
        await put(storage, keyOf(1), { bytes, contentType: "text/x-replaced" });
        await storage.move("staging/a", keyOf(1));
        await assertObject(storage, keyOf(1), { bytes, contentType: "text/x-moved" });
      },
    },
    {
      name: "outlive the process",
      needs: ["reopen"],
      async run({ storage, reopen }) {
        await put(storage, keyOf(1), sample(1));
        await put(storage, "staging/a", sample(2));
        await storage.move("staging/a", keyOf(2));
        await put(storage, keyOf(3), sample(3));
        await put(storage, keyOf(3), sample(4));
        const again = await reopen();
        await assertObject(again, keyOf(1), sample(1));
        await assertObject(again, keyOf(2), sample(2));
        await assertObject(again, keyOf(3), sample(4));
      },
    },
  ],
};
