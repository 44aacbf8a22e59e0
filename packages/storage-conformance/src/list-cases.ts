import assert from "node:assert/strict";
import { quote } from "@nixery/kit/quote";
import type { Storage } from "@nixery/storage";
import type { ConformanceGroup } from "./conformance-case.ts";
import { infoOf, keyOf, listOf, put, sample } from "./objects.ts";

/** In the order of their code units: a hyphen before digits, digits before letters. */
const keys: readonly string[] = [
  "blobs/a",
  "blobs/z9",
  "image-cache/a",
  "image-cache/a-1",
  ...["0", "00", "10", "9", "a", "a-", "a-b", "a0", "aa", "b"].map((id) => `layer-cache/${id}`),
  "staging/0-0",
];

/** In the order of whole keys, which is not that of their namespaces: "-" < "/" < "0". */
const mixedKeys: readonly string[] = [
  "a--b/x",
  "a-/x",
  "a-b/a",
  "a-b/x",
  "a/a",
  "a/x",
  "a0/x",
  "ab/x",
];

/** More than a page of any service that lists in pages (usually 1,000). */
const many = 1100;

async function putAll(storage: Storage): Promise<void> {
  // Not in the order of the keys.
  for (const [index, key] of [...keys.entries()].toReversed()) {
    await put(storage, key, sample(index + 1, index * 10));
  }
}

async function keysOf(storage: Storage, prefix: string): Promise<readonly string[]> {
  return (await listOf(storage, prefix)).map((info) => info.key);
}

export const listCases: ConformanceGroup = {
  name: "listings",
  cases: [
    {
      name: "of an empty storage are empty",
      async run({ storage }) {
        for (const prefix of ["", "blobs/", keyOf(1)]) {
          assert.deepEqual(await listOf(storage, prefix), []);
        }
      },
    },
    {
      name: "are in ascending order",
      async run({ storage }) {
        await putAll(storage);
        assert.deepEqual(await keysOf(storage, ""), keys);
      },
    },
    {
      name: "of several namespaces are in the order of whole keys",
      async run({ storage }) {
        for (const [index, key] of [...mixedKeys.entries()].toReversed()) {
          await put(storage, key, sample(index + 1));
        }
        assert.deepEqual(await keysOf(storage, ""), mixedKeys);
        const expected = mixedKeys.filter((key) => key.startsWith("a-"));
        assert.deepEqual(await keysOf(storage, "a-"), expected);
      },
    },
    {
      name: "include size and content type",
      async run({ storage }) {
        await putAll(storage);
        const infos = keys.map((key, index) => infoOf(key, sample(index + 1, index * 10)));
        assert.deepEqual(await listOf(storage, ""), infos);
      },
    },
    {
      name: "contain the keys that start with the prefix",
      async run({ storage }) {
        await putAll(storage);
        for (const prefix of [
          ...["layer-cache/", "blobs/", "image-cache/", "staging/"],
          ...["layer-cache/a", "layer-cache/a-", "layer-cache/a0", "image-cache/a-1", "lay", "b"],
          ...["layer-cache/c", "blobs", "nothing/", "/", "a"],
        ]) {
          assert.deepEqual(
            await keysOf(storage, prefix),
            keys.filter((key) => key.startsWith(prefix)),
            `listing of ${quote(prefix)}`,
          );
        }
      },
    },
    {
      name: "of a prefix that no key can have are empty",
      async run({ storage }) {
        await putAll(storage);
        for (const prefix of ["../", "blobs/../", "/etc", "BLOBS/", "blobs//", "blobs/%", "*"]) {
          assert.deepEqual(await keysOf(storage, prefix), [], `listing of ${quote(prefix)}`);
        }
      },
    },
    {
      name: `reach the end of ${many} objects`,
      async run({ storage }) {
        const numbers = Array.from({ length: many }, (_, index) => index);
        const put16 = async (lane: number): Promise<void> => {
          for (const number of numbers.filter((one) => one % 16 === lane)) {
            await put(storage, keyOf(number), { bytes: new Uint8Array(1), contentType: "a/b" });
          }
        };
        await Promise.all(Array.from({ length: 16 }, async (_, lane) => put16(lane)));
        assert.deepEqual(await keysOf(storage, "blobs/"), numbers.map(keyOf));
      },
    },
    {
      name: "can be returned before their end",
      async run({ storage }) {
        await putAll(storage);
        for await (const info of storage.list("")) {
          assert.equal(info.key, keys[0]);
          break;
        }
        assert.deepEqual(await keysOf(storage, ""), keys);
      },
    },
    {
      name: "survive the removal of their objects",
      async run({ storage }) {
        await putAll(storage);
        const seen: string[] = [];
        for await (const info of storage.list("")) {
          seen.push(info.key);
          assert.ok(seen.length <= keys.length, "a listing ends and does not start again");
          for (const key of keys) {
            await storage.remove(key);
          }
        }
        assert.deepEqual(seen, keys.slice(0, seen.length), "each at most once and in order");
        assert.deepEqual(await listOf(storage, ""), []);
      },
    },
  ],
};
