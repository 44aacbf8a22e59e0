import { lutimes, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { createPathSource } from "@nixery/nix";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixture } from "./support/fixture.ts";
import { createTestStore, nixInstallations, system, type TestStore } from "./support/nix-store.ts";
import { sourceRejection } from "./support/rejection.ts";

describe.each(nixInstallations())("gcRoots with $name", { timeout: 60_000 }, ({ binDirectory }) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await createTestStore(binDirectory);
  });
  afterAll(async () => await store.remove());

  test("protect prepared closures from the garbage collection, and nothing else", async () => {
    const gcRoots = join(store.directory, "roots");
    const path = fixture("packages.nix");
    const kept = createPathSource({ path, nix: store.nix({ gcRoots }) });
    const loose = createPathSource({ path, nix: store.nix() });
    const closure = await kept.prepare({ cacheKey: undefined }, ["tool", "installs"], system);
    expect(closure).toEqual(
      await kept.prepare({ cacheKey: undefined }, ["tool", "installs"], system),
    );
    expect(closure).toEqual(
      await loose.prepare({ cacheKey: undefined }, ["tool", "installs"], system),
    );
    expect(await readdir(gcRoots)).toHaveLength(3);
    const other = await loose.prepare({ cacheKey: undefined }, ["_1password"], system);

    const nowhere = createPathSource({ path, nix: store.nix({ gcRoots: "/dev/null/roots" }) });
    expect(
      await sourceRejection(nowhere.prepare({ cacheKey: undefined }, ["tool"], system)),
    ).toMatchObject({
      code: "ERR_PACKAGE_SOURCE_NOT_WORKING",
      message: expect.not.stringContaining("/dev/null"),
      cause: expect.objectContaining({ path: "/dev/null/roots" }),
    });

    await store.run("nix-store", "--gc");
    const left = new Set(await readdir(store.storeDirectory));
    const has = (paths: readonly string[]): readonly boolean[] =>
      paths.map((storePath) => left.has(storePath.slice(store.storeDirectory.length + 1)));
    expect(has(closure.paths.map((item) => item.path))).not.toContain(false);
    expect(has(other.roots)).toEqual([false]);
  });

  test("are removed beyond maxIdleGcRoots when they are old, and nothing else is", async () => {
    const gcRoots = join(store.directory, "aged");
    const nix = store.nix({ gcRoots, maxIdleGcRoots: 1 });
    const source = createPathSource({ path: fixture("packages.nix"), nix });
    const prepare = async (...names: string[]): Promise<unknown> =>
      await source.prepare({ cacheKey: undefined }, names, system);
    const links = async (): Promise<readonly string[]> => (await readdir(gcRoots)).toSorted();
    const linkBeside = async (...others: readonly string[]): Promise<string> =>
      (await links()).find((name) => !others.includes(name)) ?? "";

    await prepare("tool", "installs");
    const [first = "", ...numbered] = await links();
    await prepare("_1password");
    const second = await linkBeside(first, ...numbered);
    const foreign = ["readme", "my-own-root"];
    for (const name of foreign) {
      await symlink(store.directory, join(gcRoots, name));
    }
    const days = Date.now() / 1000 - 86_400;
    for (const [age, name] of [first, ...numbered, second, ...foreign].entries()) {
      await lutimes(join(gcRoots, name), days + age, days + age);
    }
    await prepare("library");
    const third = await linkBeside(second, ...foreign);
    expect(await links()).toEqual([second, third, ...foreign].toSorted());

    await prepare("tool", "installs");
    expect(await links()).toEqual([first, ...numbered, second, third, ...foreign].toSorted());
  });
});
