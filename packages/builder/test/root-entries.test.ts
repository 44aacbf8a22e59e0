import { expect, it } from "vitest";
import { diskReader, loadStoreReader, type TarEntry } from "@nixery/packing";
import { rootEntries } from "../src/root/root-entries.ts";
import { createTestStore, type TestStore } from "../../packing/test/support/store.ts";
import { link, program, type Tree } from "../../packing/test/support/tree.ts";

/** What stands where outside of the store; links to `/nix/store/<hash>-a/x` read `a:x`. */
async function rootOf(store: TestStore, ...roots: readonly string[]): Promise<Map<string, string>> {
  const closure = store.closure(...roots).paths.map(({ path }) => path);
  const places = new Map<string, string>();
  const reader = await loadStoreReader(diskReader({ root: store.root }));
  for await (const entry of rootEntries(reader, { roots, closure })) {
    expect(places.has(entry.name), `${entry.name} stands once`).toBe(false);
    const parent = entry.name.slice(0, Math.max(0, entry.name.lastIndexOf("/")));
    const isDirectory = /^\d+$/.test(parent === "" ? "755" : (places.get(parent) ?? ""));
    expect(isDirectory, `${parent} is a directory`).toBe(true);
    places.set(entry.name, described(entry));
  }
  return places;
}

function described(entry: TarEntry): string {
  switch (entry.type) {
    case "directory":
      return entry.mode.toString(8);
    case "symlink":
      return entry.target.replace(/^\/nix\/store\/\w{32}-([^/]+)\/?/, "$1:");
    case "file":
      return entry.content instanceof Uint8Array ? Buffer.from(entry.content).toString() : "stream";
  }
}

/** The roots' own part of it. */
async function forest(...packages: readonly (readonly [string, Tree[string]])[]) {
  const store = await createTestStore();
  const paths: string[] = [];
  for (const [name, tree] of packages) {
    paths.push(await store.add(name, tree));
  }
  const all = await rootOf(store, ...paths);
  const base = await rootOf(store);
  const own = [...all].filter(([name, what]) => base.get(name) !== what);
  return Object.fromEntries(own);
}

it("has what programs expect of a root when no package brings anything", async () => {
  const root = await rootOf(await createTestStore());
  expect([...root.keys()]).toEqual([
    ...["dev", "etc", "etc/group", "etc/nsswitch.conf", "etc/os-release", "etc/passwd", "home"],
    ...["proc", "root", "run", "sys", "tmp", "var", "var/empty", "var/tmp"],
  ]);
  expect(root.get("tmp")).toBe("1777");
  expect(root.get("var/tmp")).toBe("1777");
  expect(root.get("root")).toBe("700");
  expect(root.get("etc/passwd")).toMatch(/^root:x:0:0:/);
  expect(root.get("etc/group")).toMatch(/^root:x:0:/);
  expect(root.get("etc/nsswitch.conf")).toContain("hosts: files dns");
  expect(root.get("etc/os-release")).toContain("ID=");
});

it("links files below real directories", async () => {
  const tree = {
    bin: { tool: program(), alias: link("tool") },
    share: { doc: { a: "a" }, empty: {} },
  };
  expect(await forest(["a", tree])).toEqual({
    bin: "755",
    "bin/alias": "a:bin/alias",
    "bin/tool": "a:bin/tool",
    share: "755",
    "share/doc": "755",
    "share/doc/a": "a:share/doc/a",
    "share/empty": "755",
  });
});

it("merges directories, and gives a disputed place to the package asked for first", async () => {
  const a = {
    bin: { both: program("a"), a: program() },
    etc: { conf: { a: "a" } },
    x: "file",
    y: {},
  };
  const b = {
    bin: { both: program("b"), b: program() },
    etc: { conf: { b: "b" } },
    x: {},
    y: "file",
  };
  expect(await forest(["a", a], ["b", b])).toEqual({
    bin: "755",
    "bin/a": "a:bin/a",
    "bin/b": "b:bin/b",
    "bin/both": "a:bin/both",
    "etc/conf": "755",
    "etc/conf/a": "a:etc/conf/a",
    "etc/conf/b": "b:etc/conf/b",
    x: "a:x",
    y: "755",
  });
  const turned = await forest(["b", b], ["a", a]);
  expect(turned["bin/both"]).toBe("b:bin/both");
  expect(turned["x"]).toBe("755");
  expect(turned["y"]).toBe("b:y");
});

it("keeps a link to a directory, and follows it where packages meet", async () => {
  const a = { lib: { "a.so": "a" }, lib64: link("lib") };
  expect((await forest(["a", a]))["lib64"]).toBe("a:lib64");
  const b = { lib64: { "b.so": "b" } };
  for (const order of [
    [
      ["a", a],
      ["b", b],
    ],
    [
      ["b", b],
      ["a", a],
    ],
  ] as const) {
    const root = await forest(...order);
    expect(root["lib64"]).toBe("755");
    expect(root["lib64/a.so"]).toMatch(/^a:lib(64)?\/a.so$/);
    expect(root["lib64/b.so"]).toBe("b:lib64/b.so");
  }
  // A link that leads to a file or to nothing is a file among others.
  const c = { lib64: link("nowhere") };
  expect((await forest(["c", c], ["b", b]))["lib64"]).toBe("c:lib64");
  expect((await forest(["b", b], ["c", c]))["lib64/b.so"]).toBe("b:lib64/b.so");
});

it("keeps a link where several packages link to the same directory", async () => {
  const store = await createTestStore();
  const shared = await store.add("shared", { dir: { f: "f" } });
  const a = await store.add("a", { d: link(`${shared}/dir`) }, [shared]);
  const b = await store.add("b", { d: link(`${shared}/dir/../dir`) }, [shared]);
  expect((await rootOf(store, a, b)).get("d")).toBe("a:d");
});

it("does not run round in circles of links", async () => {
  const looped = { d: { self: link("."), up: link(".."), f: "f" } };
  const root = await forest(["a", looped], ["b", looped]);
  expect(root["d"]).toBe("755");
  expect(root["d/self"]).toBe("a:d/self");
  expect(root["d/up"]).toBe("a:d/up");
  const away = { one: link("two"), two: link("one") };
  expect(await forest(["a", away], ["b", away])).toEqual({ one: "a:one", two: "a:two" });
});

it("does not look outside of the closure, where every machine differs", async () => {
  const store = await createTestStore();
  const outside = await store.add("outside", { f: "f" });
  const a = await store.add("a", { d: link("/usr"), e: link(outside), g: link("../../../../etc") });
  const b = await store.add("b", { d: link("/usr"), e: link(outside), g: link("../../../../etc") });
  const root = await rootOf(store, a, b);
  expect(["d", "e", "g"].map((name) => root.get(name))).toEqual(["a:d", "a:e", "a:g"]);
  expect([...root.keys()].filter((name) => /^[deg]\//.test(name))).toEqual([]);
});

it("takes a package that is a link for what it points to, and has no place for a single file", async () => {
  const store = await createTestStore();
  const real = await store.add("real", { bin: { tool: program() } });
  const alias = await store.add("alias", link(real), [real]);
  const single = await store.add("single", "text");
  const dangling = await store.add("dangling", link("/nix/store/nothing"));
  const root = await rootOf(store, alias, single, dangling);
  expect(root.get("bin/tool")).toBe("real:bin/tool");
  expect([...root.values()].some((what) => /single|dangling/.test(what))).toBe(false);
});

it("links nothing of dependencies, and nothing that is for Nix", async () => {
  const store = await createTestStore();
  const dependency = await store.add("dependency", { bin: { hidden: program() } });
  const tree = { "nix-support": { f: "f" }, nix: { f: "f" }, share: { nix: { f: "f" } } };
  const a = await store.add("a", tree, [dependency]);
  const root = await rootOf(store, a);
  expect(root.has("bin")).toBe(false);
  expect(root.has("nix-support")).toBe(false);
  expect(root.has("nix")).toBe(false);
  expect(root.has("share/nix/f")).toBe(true);
});

it("adds /usr/bin/env and /bin/sh when the image has them", async () => {
  const coreutils = { bin: { env: link("coreutils"), coreutils: program() } };
  const bash = { bin: { bash: program() } };
  const both = await forest(["coreutils", coreutils], ["bash", bash]);
  expect(both["usr/bin/env"]).toBe("coreutils:bin/env");
  expect(both["bin/sh"]).toBe("bash:bin/bash");
  const dash = await forest(["dash", { bin: { dash: program() } }]);
  expect(dash["bin/sh"]).toBe("dash:bin/dash");
  const neither = await forest(["jq", { bin: { jq: program() } }]);
  expect(neither).not.toHaveProperty("usr");
  expect(neither).not.toHaveProperty(["bin/sh"]);
});

it("leaves /bin/sh, /usr/bin/env and files in /etc to the packages that bring them", async () => {
  const own = {
    bin: { bash: program(), sh: program(), env: program() },
    usr: { bin: { env: program() } },
    etc: { passwd: "mine", "os-release": link("../lib/os-release") },
  };
  const root = await forest(["own", own]);
  expect(root["bin/sh"]).toBe("own:bin/sh");
  expect(root["usr/bin/env"]).toBe("own:usr/bin/env");
  expect(root["etc/passwd"]).toBe("own:etc/passwd");
  expect(root["etc/os-release"]).toBe("own:etc/os-release");
});

it("has /tmp, /var and /etc as directories whatever the packages bring", async () => {
  const odd = {
    tmp: "a file",
    var: link("state"),
    state: { db: "db" },
    etc: link("conf"),
    conf: { c: "c" },
  };
  const store = await createTestStore();
  const root = await rootOf(store, await store.add("odd", odd));
  expect(root.get("tmp")).toBe("1777");
  expect(root.get("var")).toBe("755");
  expect(root.get("var/tmp")).toBe("1777");
  expect(root.get("var/db")).toBe("odd:state/db");
  expect(root.get("etc/c")).toBe("odd:conf/c");
  expect(root.get("etc/passwd")).toMatch(/^root:/);
});

it("keeps names that are no UTF-8", async () => {
  const root = await forest(["a", { share: { "caf\u00e9": "x" } }]);
  expect(root["share/caf\u00e9"]).toBe("a:share/caf\u00e9");
});
