import { execFile } from "node:child_process";
import { link as hardLink, mkdir, rm, truncate, writeFile, chmod } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { createStoreReader } from "../src/disk/disk-reader.ts";
import { isPackingError, PackingError } from "../src/packing-error.ts";
import { packTar } from "../src/tar/pack-tar.ts";
import { storeEntries } from "../src/tar/store-entries.ts";
import type { TarEntry } from "../src/tar/tar-entry.ts";
import { createTestStore } from "./support/store.ts";
import { bytes, list, unpack } from "./support/tar.ts";
import { link, make, program, temporary } from "./support/tree.ts";

const run = promisify(execFile);

function read(root: string, ...paths: readonly string[]): AsyncGenerator<TarEntry> {
  return storeEntries(createStoreReader({ root }), paths);
}

/** The hash that Nix gives to a tree: names, types, the bit of execution, targets, contents. */
async function narHash(path: string): Promise<string> {
  return (await run("nix-hash", ["--type", "sha256", path])).stdout.trim();
}

it("packs what Nix stored so that it unpacks as Nix stored it", async () => {
  const root = await temporary();
  const source = `${await temporary()}/source`;
  await make(source, {
    bin: { tool: program(), alias: link("tool"), dangling: link("/nowhere/at all") },
    empty: {},
    lib64: link("lib"),
    lib: { "a.so": "a", "a-b": "sorts before a/", a: { deep: { deeper: { file: "x" } } } },
    "caf\u00e9": "a name that is no UTF-8",
    "na\u00c3\u00afve": "a name that is UTF-8",
    ["long-".repeat(40)]: { ["name-".repeat(50)]: "far beyond what a header holds" },
    large: Buffer.alloc(3_500_001, 7),
    nothing: "",
  });
  const added = await run("nix-store", ["--store", root, "--add", source]);
  const path = added.stdout.trim();

  const target = await temporary();
  await unpack(await bytes(packTar(read(root, path))), target);
  expect(await narHash(target + path)).toBe(await narHash(root + path));
  expect(await narHash(target + path)).toBe(await narHash(source));
});

it("sorts paths, puts parents in front and gives Nix's modes", async () => {
  const store = await createTestStore();
  const b = await store.add("b", { z: "z", "a-b": program(), a: { x: "x" }, e: {} });
  const a = await store.add("a", "a file of its own");
  const sorted = [a, b].toSorted();
  const entries = await list(await bytes(packTar(read(store.root, ...sorted.toReversed()))));
  const seen = entries.map(({ name, mode }) => `${name} ${mode.toString(8)}`);
  const inB = ["/", "/a/", "/a/x", "/a-b", "/e/", "/z"].map((rest) => b.slice(1) + rest);
  const modes = ["555", "555", "444", "555", "555", "444"];
  const ofB = inB.map((name, index) => `${name} ${modes[index]}`);
  const ofA = [`${a.slice(1)} 444`];
  expect(seen).toEqual([
    "nix/ 755",
    "nix/store/ 755",
    ...(sorted[0] === a ? [ofA, ofB] : [ofB, ofA]).flat(),
  ]);
});

it("takes the bit of execution from the file and nothing else of its mode", async () => {
  const store = await createTestStore();
  const path = await store.add("modes", { a: "a", b: program() });
  await chmod(`${store.root}${path}/a`, 0o640);
  await chmod(`${store.root}${path}/b`, 0o744);
  const entries = await list(await bytes(packTar(read(store.root, path))));
  expect(entries.slice(-2).map(({ mode }) => mode)).toEqual([0o444, 0o555]);
});

it("gives hard links as files of their own, so that an optimised store packs alike", async () => {
  const plain = await createTestStore();
  const optimised = await createTestStore();
  const content = { a: "same", b: "same" };
  const [path = ""] = await Promise.all([plain, optimised].map((store) => store.add("p", content)));
  await rm(`${optimised.root}${path}/b`);
  await hardLink(`${optimised.root}${path}/a`, `${optimised.root}${path}/b`);
  const [a, b] = await Promise.all(
    [plain, optimised].map((store) => bytes(packTar(read(store.root, path)))),
  );
  expect(a !== undefined && b?.equals(a)).toBe(true);
});

it("walks deep and wide trees", async () => {
  const store = await createTestStore();
  const path = await store.add("deep", {});
  const parts = Array.from({ length: 400 }, (_, depth) => `d${depth % 10}`);
  await mkdir(`${store.root}${path}/${parts.join("/")}`, { recursive: true });
  for (let file = 0; file < 600; file++) {
    await writeFile(`${store.root}${path}/f${file}`, `${file}`);
  }
  const names = (await list(await bytes(packTar(read(store.root, path))))).map(({ name }) => name);
  expect(names.length).toBe(3 + 400 + 600);
  expect(new Set(names).size).toBe(names.length);
});

it("fails when a path is missing, or something that it listed is", async () => {
  const store = await createTestStore();
  const gone = read(store.root, "/nix/store/00000000000000000000000000000000-gone");
  await expect(bytes(packTar(gone))).rejects.toSatisfy((error) =>
    isPackingError(error, "ERR_PACKING_STORE_CHANGED"),
  );

  const parts = Array.from({ length: 100 }, (_, part) => [`d${100 + part}`, { f: "f" }] as const);
  const path = await store.add("vanishing", Object.fromEntries(parts));
  const reading = (async () => {
    for await (const entry of read(store.root, path)) {
      if (entry.type !== "directory" || !entry.name.endsWith("/d100")) {
        continue;
      }
      // By now the directory has been listed, and its last part is far from its turn.
      await rm(`${store.root}${path}/d199`, { recursive: true });
    }
  })();
  await expect(reading).rejects.toSatisfy((error) =>
    isPackingError(error, "ERR_PACKING_STORE_CHANGED"),
  );
});

it("fails when a large file shrinks or grows after its size was told", async () => {
  for (const size of [2_000_000, 4_000_000]) {
    const store = await createTestStore();
    const path = await store.add("large", Buffer.alloc(3_000_000));
    const reading = (async () => {
      for await (const entry of read(store.root, path)) {
        if (entry.type !== "file" || entry.content instanceof Uint8Array) {
          continue;
        }
        await chmod(`${store.root}${path}`, 0o644);
        await truncate(`${store.root}${path}`, size);
        await bytes(entry.content);
      }
    })();
    await expect(reading).rejects.toSatisfy((error) =>
      isPackingError(error, "ERR_PACKING_STORE_CHANGED"),
    );
  }
});

it("rejects everything but regular files, directories and symlinks", async () => {
  const store = await createTestStore();
  const path = await store.add("pipes", {});
  await run("mkfifo", [`${store.root}${path}/fifo`]);
  await expect(bytes(packTar(read(store.root, path)))).rejects.toSatisfy((error) =>
    isPackingError(error, "ERR_PACKING_UNSUPPORTED_FILE"),
  );
});

it("lists, finds and reads single paths", async () => {
  const store = await createTestStore();
  const path = await store.add("p", { b: "b", a: { f: "0123456789" }, l: link("a") });
  const reader = createStoreReader({ root: store.root });
  expect(await reader.list(path)).toEqual([
    { name: "a", kind: "directory" },
    { name: "b", kind: "file" },
    { name: "l", kind: "symlink" },
  ]);
  const kinds = ["a", "a/f", "l", "nowhere", "b/below"].map((name) =>
    reader.kindOf(`${path}/${name}`),
  );
  expect(await Promise.all(kinds)).toEqual(["directory", "file", "symlink", undefined, undefined]);
  expect(await reader.readLink(`${path}/l`)).toBe("a");
  expect((await bytes(reader.read(`${path}/a/f`, 3, 4))).toString()).toBe("3456");
  await expect(bytes(reader.read(`${path}/a/f`, 8, 4))).rejects.toSatisfy((error) =>
    isPackingError(error, "ERR_PACKING_STORE_CHANGED"),
  );
});

it("stops a walk with the reason of an abort", async () => {
  const store = await createTestStore();
  const parts = Array.from({ length: 100 }, (_, part) => [`d${100 + part}`, { f: "f" }] as const);
  const path = await store.add("wide", Object.fromEntries(parts));
  const controller = new AbortController();
  const reason = new Error("aborted");
  let seen = 0;
  const walking = (async () => {
    const { signal } = controller;
    for await (const _ of createStoreReader({ root: store.root }).walk([path], { signal })) {
      seen += 1;
      controller.abort(reason);
    }
  })();
  await expect(walking).rejects.toBe(reason);
  expect(seen).toBeLessThan(50);
});

it("rejects with the reason of an abort, whatever it reads", async () => {
  const store = await createTestStore();
  const path = await store.add("p", { f: "0123456789", l: link("f") });
  const reader = createStoreReader({ root: store.root });
  const gone = `${path}/gone`;
  // An abort for a changed store is not a missing path.
  const reason = new PackingError("ERR_PACKING_STORE_CHANGED", { message: "Changed." });
  const operations = [
    (signal: AbortSignal) => reader.kindOf(path, { signal }),
    (signal: AbortSignal) => reader.kindOf(gone, { signal }),
    (signal: AbortSignal) => reader.list(path, { signal }),
    (signal: AbortSignal) => reader.readLink(`${path}/l`, { signal }),
    (signal: AbortSignal) => bytes(reader.read(`${path}/f`, 0, 10, { signal })),
  ];
  for (const operation of operations) {
    await expect(operation(AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const pending = operation(controller.signal);
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  }
});

it("stops in a large file with the reason of an abort", async () => {
  const store = await createTestStore();
  const path = await store.add("large", Buffer.alloc(3_000_000));
  const controller = new AbortController();
  const { signal } = controller;
  const reason = new Error("aborted");
  const contents = (async () => {
    for await (const entry of createStoreReader({ root: store.root }).walk([path], { signal })) {
      if (entry.kind === "file" && !(entry.content instanceof Uint8Array)) {
        controller.abort(reason);
        await bytes(entry.content);
      }
    }
  })();
  await expect(contents).rejects.toBe(reason);
});
