import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createPathSource, type NixOptions } from "@nixery/nix";
import type { Closure, PrepareOptions } from "@nixery/package-source";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNamespaces } from "../../../scripts/peers.mjs";
import { fixture } from "./support/fixture.ts";
import {
  createTestStore,
  nixInstallations,
  storeNames,
  system,
  type TestStore,
} from "./support/nix-store.ts";
import { sourceRejection } from "./support/rejection.ts";

/** Without it npm test prints a line, and CI fails. */
const canSandbox = process.env["CI"] !== undefined || hasNamespaces();

describe.each(nixInstallations())("prepare with $name", { timeout: 60_000 }, ({ binDirectory }) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await createTestStore(binDirectory);
  });
  afterAll(async () => await store.remove());

  async function prepare(
    packages: readonly string[],
    options: PrepareOptions & { readonly nix?: NixOptions; readonly file?: string } = {},
  ): Promise<Closure> {
    const source = createPathSource({
      path: fixture(options.file ?? "packages.nix"),
      nix: store.nix(options.nix),
    });
    return await source.prepare((await source.resolve("latest"))!, packages, system, options);
  }

  test("returns the closure with the sizes and references of the store", async () => {
    const { roots, paths } = await prepare(["tool"]);
    expect(storeNames(roots)).toEqual(["tool-1.0"]);
    const requisites = await store.run("nix-store", "--query", "--requisites", ...roots);
    expect(paths.map(({ path }) => path)).toEqual(requisites.split("\n").toSorted());
    for (const { path, narSize, references } of paths) {
      expect(narSize).toBe(Number(await store.run("nix-store", "--query", "--size", path)));
      const known = await store.run("nix-store", "--query", "--references", path);
      const others = known.split("\n").filter((other) => other !== path && other !== "");
      expect(references).toEqual(others.toSorted());
    }
    const content = await readFile(join(roots.join(""), "library"), "utf8");
    expect(content.split(" ")[0]).toBe(paths.find(({ path }) => path.includes("library"))?.path);
  });

  test("returns each root once, in the requested order", async () => {
    const { roots } = await prepare(["tool", "library", "TOOL", "haskellpackages.tool"]);
    expect(storeNames(roots)).toEqual(["tool-1.0", "library-1.0"]);
  });

  test("selects the default output, the requested one, or those to be installed", async () => {
    expect(storeNames((await prepare(["split"])).roots)).toEqual(["split-1.0"]);
    expect(storeNames((await prepare(["split.dev"])).roots)).toEqual(["split-1.0-dev"]);
    expect(storeNames((await prepare(["installs"])).roots)).toEqual(["split-1.0", "split-1.0-bin"]);
    expect(storeNames((await prepare(["documented"])).roots)).toEqual(["split-1.0"]);
  });

  test("builds nothing for no packages", async () => {
    expect(await prepare([])).toEqual({ roots: [], paths: [] });
  });

  test("passes each line of Nix and its builders to onLine", async () => {
    const lines: string[] = [];
    await sourceRejection(prepare(["failing"], { onLine: (line) => lines.push(line) }));
    expect(lines).toContain("line 1");
    expect(lines).toContain("main.c:3:1: error: it does not compile");
    expect(lines.some((line) => /^building '.*failing-1.0.drv'/.test(line))).toBe(true);
    expect(lines.filter((line) => /@nix|--add-root|nixery-package|\[0m/.test(line))).toEqual([]);
  });

  test("hides the server's environment from evaluation and builders", async () => {
    process.env["SECRET_OF_THE_SERVER"] = "hunter2";
    process.env["NIX_PATH"] = "nixpkgs=/hunter2";
    try {
      const { roots } = await prepare(["inspect"], { nix: { environment: { GIVEN: "given" } } });
      const seen = await readFile(roots.join(""), "utf8");
      expect(seen).toContain("seen=given\n");
      expect(seen).not.toContain("hunter2");
    } finally {
      delete process.env["SECRET_OF_THE_SERVER"];
      delete process.env["NIX_PATH"];
    }
  });

  test.skipIf(!canSandbox)("builds in a sandbox too", async () => {
    const lines: string[] = [];
    const { roots } = await prepare(["with-hyphen+plus"], {
      onLine: (line) => lines.push(line),
      nix: { sandbox: true, settings: { "sandbox-paths": "/bin /usr /lib /lib64" } },
    });
    expect(storeNames(roots)).toEqual(["with-hyphen-plus"]);
    expect(lines.join("\n")).toContain("building");
  });

  test("builds through a daemon too", async () => {
    const daemon = await store.startDaemon();
    const options = { nix: { environment: daemon.environment } };
    try {
      const { roots, paths } = await prepare(["haskellpackages.shellcheck"], options);
      expect(storeNames(roots)).toEqual(["shellcheck"]);
      expect(paths).toHaveLength(1);
      expect(await sourceRejection(prepare(["failing"], options))).toMatchObject({
        reason: "builder",
        message: expect.stringContaining("line 12 | main.c:3:1"),
      });
    } finally {
      await daemon.stop();
    }
  });

  test("serves simultaneous calls of several Nixes on one store", async () => {
    const requests = [
      ["tool"],
      ["library", "split"],
      ["tool", "_1password"],
      ["inspect"],
      ["tool"],
    ];
    const closures = await Promise.all(requests.map(async (packages) => await prepare(packages)));
    expect(closures[4]).toEqual(closures[0]);
    expect(closures.map(({ roots }) => roots.length)).toEqual([1, 2, 2, 1, 1]);
  });

  describe("of a package set", () => {
    const foreign = system.startsWith("x86_64") ? "aarch64-linux" : "x86_64-linux";

    test.each([
      "plain",
      "nothing",
      "other-arguments",
      "system",
      "default-system",
      "ellipsis",
      "positional",
      "local-system",
      "nixpkgs",
    ])("in the form of %s.nix", async (shape) => {
      const { roots } = await prepare(["tool"], { file: `shapes/${shape}.nix` });
      expect(storeNames(roots)).toEqual([`tool-for-${system}`]);
    });

    test.each(["plain", "nothing", "other-arguments"])(
      "without an argument for the system (%s.nix) is not used for another",
      async (shape) => {
        const source = createPathSource({
          path: fixture(`shapes/${shape}.nix`),
          nix: store.nix(),
        });
        const error = await sourceRejection(
          source.prepare({ cacheKey: undefined }, ["tool"], foreign),
        );
        expect(error).toMatchObject({
          code: "ERR_PACKAGE_SOURCE_BUILD_FAILED",
          reason: "unsupported-platform",
          packages: ["tool"],
        });
      },
    );

    test("with nixpkgs' config", async () => {
      const path = fixture("shapes/nixpkgs.nix");
      const strict = createPathSource({ path, nix: store.nix() });
      expect(
        await sourceRejection(strict.prepare({ cacheKey: undefined }, ["unfree"], system)),
      ).toMatchObject({ reason: "unfree" });
      const lenient = createPathSource({ path, nix: store.nix(), config: { allowUnfree: true } });
      const { roots } = await lenient.prepare({ cacheKey: undefined }, ["unfree"], system);
      expect(storeNames(roots)).toEqual([`tool-for-${system}`]);
    });

    test("that is a list", async () => {
      const error = await sourceRejection(prepare(["tool"], { file: "shapes/list.nix" }));
      expect(error).toMatchObject({
        code: "ERR_PACKAGE_SOURCE_BUILD_FAILED",
        reason: "evaluation",
      });
      expect(error.message).toContain("the package set is a list");
    });
  });
});
