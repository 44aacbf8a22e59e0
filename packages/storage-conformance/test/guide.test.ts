import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { describe, expect, test } from "vitest";
import type { Storage } from "@nixery/storage";
import { conformanceGroups, testStorage } from "@nixery/storage-conformance";

const guide = await readFile(
  new URL("../../../docs/guide/writing-a-storage-backend.md", import.meta.url),
  "utf8",
);

/** The first code of the guide, as a module. */
async function importMinimalBackend(): Promise<{
  createMapStorage(this: void): Storage;
}> {
  const [, code = ""] = /^```ts\n(.*?)^```$/ms.exec(guide) ?? [];
  const storage = new URL("../../storage/src/index.ts", import.meta.url).href;
  const script = stripTypeScriptTypes(code).replaceAll(
    '"@nixery/storage"',
    JSON.stringify(storage),
  );
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(script)}`);
}

const { createMapStorage } = await importMinimalBackend();

describe("the minimal backend of the guide", () => {
  testStorage({
    test,
    describe,
    createStorage: async () => ({ storage: createMapStorage() }),
  });
});

test("the guide names cases that there are", () => {
  const names = conformanceGroups.flatMap((group) =>
    group.cases.map((one) => `${group.name} ${one.name}`),
  );
  const [, table = ""] = guide.split("## Common mistakes");
  const mentioned = table
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) => line.split("|").at(3)?.trim() ?? "");
  expect(mentioned.length).toBeGreaterThan(5);
  expect(mentioned.filter((one) => !names.some((name) => name.includes(one)))).toEqual([]);
});
