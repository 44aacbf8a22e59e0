import { execFile } from "node:child_process";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startFlakyServer } from "../../binary-cache/test/support/flaky-server.ts";
import { temporaryDirectory } from "../../binary-cache/test/support/temporary-directory.ts";
import { countCache, countStore } from "../src/index.ts";
import { countDirectly } from "./support/package-set.ts";

const run = promisify(execFile);

/** Derivations that refer to others and, every third, to themselves; the last needs all of them. */
const expression = `
  let
    make = name: uses: derivation {
      inherit name;
      system = builtins.currentSystem;
      builder = "/bin/sh";
      args = [ "-c" "echo \${toString uses} $self > $out" ];
      self = if builtins.match ".*[369]" name == null then "" else builtins.placeholder "out";
    };
    build = index: done:
      if index == 40 then make "all-1.0" done
      else build (index + 1) (done ++ [ (make "tool-1.\${toString index}" (pick index done)) ]);
    pick = index: done: builtins.filter
      (drv: builtins.match ".*[\${toString (builtins.bitAnd index 7)}0]" drv.name != null) done;
  in build 0 [ ]
`;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let store: string;
let outputs: readonly string[];
let references: ReadonlyMap<string, readonly string[]>;

/** A store of this test alone, so that other paths of the machine do not matter. */
async function nix(command: string, ...args: string[]): Promise<string> {
  const root = directory.path;
  const env = {
    ...process.env,
    NIX_STORE_DIR: `${root}/store`,
    NIX_STATE_DIR: `${root}/state`,
    NIX_LOG_DIR: `${root}/log`,
    NIX_LOCALSTATE_DIR: `${root}/var`,
    NIX_CONFIG:
      "sandbox = false\nbuild-users-group =\nsubstituters =\nexperimental-features = nix-command",
  };
  const { stdout } = await run(command, args, { env, maxBuffer: 1e8 });
  return stdout;
}

beforeAll(async () => {
  directory = await temporaryDirectory();
  store = `local?store=${directory.path}/store&state=${directory.path}/state&log=${directory.path}/log`;
  const file = join(directory.path, "set.nix");
  await writeFile(file, expression);
  const root = (await nix("nix-build", "--no-out-link", file)).trim();
  outputs = (await nix("nix-store", "-q", "--requisites", root)).trim().split("\n");
  const all = new Map<string, readonly string[]>();
  for (const path of outputs) {
    const used = (await nix("nix-store", "-q", "--references", path)).trim().split("\n");
    all.set(
      basename(path),
      used.filter((line) => line !== "").map((line) => basename(line)),
    );
  }
  references = all;
}, 120_000);

afterAll(() => directory[Symbol.asyncDispose]());

test("the package set has paths with many users, with self references and without references", () => {
  expect(references.size).toBe(41);
  const own = [...references].filter(([path, used]) => used.includes(path));
  expect(own.length).toBeGreaterThan(5);
  expect([...references.values()].some((used) => used.length === 0)).toBe(true);
  expect(
    Math.max(...Object.values(countDirectly({ references, missing: new Set() }))),
  ).toBeGreaterThan(5);
});

test("the counts of a local store are those of nix-store --query --references", async () => {
  const result = await countStore({ store });
  const valid = (await readdir(join(directory.path, "store"))).filter((name) =>
    /^\w{32}-/.test(name),
  );
  const derivations = valid.filter((name) => name.endsWith(".drv"));
  expect(result).toMatchObject({ paths: 41, missing: 0, derivations: derivations.length });
  expect(derivations.length).toBe(41);
  expect(Object.fromEntries(result.counts)).toEqual(
    countDirectly({ references, missing: new Set() }),
  );
});

test("so are those of a binary cache made by nix copy, whose signatures are valid", async () => {
  const { path } = directory;
  const [secret, publicKey] = [join(path, "secret"), join(path, "public")];
  await nix("nix-store", "--generate-binary-cache-key", "test-1", secret, publicKey);
  const cache = join(path, "cache");
  await nix("nix", "copy", "--to", `file://${cache}?secret-key=${secret}`, ...outputs);

  const files = new Map<string, string>([["/list", outputs.join("\n")]]);
  for (const name of await readdir(cache)) {
    if (name.endsWith(".narinfo")) {
      files.set(`/${name}`, await readFile(join(cache, name), "utf8"));
    }
  }
  expect(files.size).toBe(42);
  await using server = await startFlakyServer({
    files,
    fault: (name, attempt) => (attempt === 1 && name > "/k" ? "reset" : undefined),
  });
  const options = { cache: server.url, paths: `${server.url}/list`, retryDelay: 1 };
  const key = await readFile(publicKey, "utf8");
  const { counts, missing } = await countCache({ ...options, trustedPublicKeys: [key] });
  expect(missing).toBe(0);
  expect(Object.fromEntries(counts)).toEqual(countDirectly({ references, missing: new Set() }));
  expect(server.faults.get("reset")).toBeGreaterThan(1);

  const other = `test-1:${Buffer.alloc(32, 7).toString("base64")}`;
  const refused = countCache({ ...options, maxAttempts: 1, trustedPublicKeys: [other] });
  await expect(refused).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_UNTRUSTED",
    message: expect.stringContaining("No trusted key signed"),
  });

  const [changed] = [...files].find(([, text]) => /^References: \S/m.test(text)) ?? [""];
  const text = files.get(changed) ?? "";
  files.set(changed, text.replace(/^References: \S+ ?/m, "References: "));
  const forged = countCache({ ...options, maxAttempts: 1, trustedPublicKeys: [key] });
  await expect(forged).rejects.toMatchObject({ code: "ERR_BINARY_CACHE_UNTRUSTED" });
});

test("an unreadable store and a missing command are errors with a remedy", async () => {
  await expect(countStore({ store: "no-such-kind://x" })).rejects.toMatchObject({
    code: "ERR_POPCOUNT_NIX",
    message: expect.stringMatching(
      /Listing the store with "nix-store" failed .*no-such-kind.*Check that Nix/,
    ),
  });
  await expect(countStore({ nixStore: "no-such-command" })).rejects.toMatchObject({
    code: "ERR_POPCOUNT_NIX",
    message: expect.stringContaining("ENOENT"),
  });
  await expect(countStore({ nixStore: "/bin/echo" })).rejects.toMatchObject({
    code: "ERR_POPCOUNT_NIX",
    message: expect.stringContaining("Unexpected output of nix-store --dump-db"),
  });
});

test("an interrupted count of a store rejects with the reason", async () => {
  const reason = new Error("enough");
  await expect(countStore({ store, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const counting = countStore({
    store,
    signal: controller.signal,
    onProgress: () => controller.abort(reason),
  });
  await expect(counting).rejects.toBe(reason);
});
