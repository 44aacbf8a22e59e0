import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  createGitSource,
  createPathSource,
  type NixError,
  type NixOptions,
  type PrepareOptions,
} from "@nixery/nix";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { fixture } from "./support/fixture.ts";
import { createTestRepository } from "./support/git-repository.ts";
import { createTestStore, nixInstallations, system, type TestStore } from "./support/nix-store.ts";
import { nixRejection } from "./support/rejection.ts";

describe.each(nixInstallations())("failures of $name", { timeout: 60_000 }, ({ binDirectory }) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await createTestStore(binDirectory);
  });
  afterAll(async () => await store.remove());

  async function fail(
    packages: readonly string[],
    options: PrepareOptions & { readonly nix?: NixOptions } = {},
  ): Promise<NixError> {
    const source = createPathSource({ path: fixture("packages.nix"), nix: store.nix(options.nix) });
    const error = await nixRejection(
      source.prepare({ cacheKey: undefined }, packages, system, options),
    );
    expect(error.message).toMatch(/^[\P{Cc}]{1,1200}$/u);
    return error;
  }

  test.each([
    ["unfree", "unfree"],
    ["broken", "broken"],
    ["insecure", "insecure"],
    ["unsupported", "unsupported-platform"],
    ["licensed", "unfree"],
    ["vulnerable", "insecure"],
    ["unfree-and-broken", "broken"],
    ["unavailable", "evaluation"],
    ["thrown-problem", "broken"],
    ["advised", "evaluation"],
    ["thrown-unfree", "unfree"],
    ["thrown-broken", "broken"],
    ["thrown-insecure", "insecure"],
    ["thrown-unsupported", "unsupported-platform"],
    ["foreign", "unsupported-platform"],
    ["removed", "evaluation"],
    ["crashing", "evaluation"],
    ["mistyped", "evaluation"],
    ["failing", "builder"],
    ["needs-failing", "builder"],
    ["silent", "builder"],
    ["forgetful", "builder"],
  ])("%s fails because of: %s", async (name, reason) => {
    expect(await fail(["library", name])).toMatchObject({
      code: "ERR_NIX_BUILD_FAILED",
      reason,
      packages: name === "crashing" ? ["library", name] : [name],
    });
  });

  test("several packages that may not be built are named together", async () => {
    const error = await fail(["unfree", "tool", "broken"]);
    expect(error.packages).toEqual(["unfree", "broken"]);
    expect(error.message).toMatch(/'unfree' has an unfree licence.*'broken' is marked as broken/);
  });

  test("the metadata's reasons are told", async () => {
    expect((await fail(["licensed"])).message).toBe(
      "The package 'licensed' has an unfree licence (first, Second, third): allow it in the package set's config.",
    );
    expect((await fail(["vulnerable"])).message).toContain("insecure (CVE-1, CVE-2, CVE-3, …):");
    expect((await fail(["thrown-problem"])).message).toMatch(/This package is broken\.$/);
  });

  test("an unfree package that the package set allows is built", async () => {
    const source = createPathSource({ path: fixture("packages.nix"), nix: store.nix() });
    const { roots } = await source.prepare({ cacheKey: undefined }, ["allowed-unfree"], system);
    expect(roots).toHaveLength(1);
  });

  test("what an evaluation throws is told on one line", async () => {
    const error = await fail(["removed"]);
    expect(error.message).toBe(
      "The package set cannot evaluate 'removed': removed has been removed: use tool instead",
    );
  });

  test("a failed builder is named with its last lines", async () => {
    const error = await fail(["needs-failing"]);
    expect(error.message).toMatch(
      /^Building failing-1.0 for 'needs-failing' failed \((builder )?failed with exit code 3\); its last lines are: line 11 \| line 12 \| main.c:3:1: error: it does not compile$/,
    );
    expect(error.log).toContain("line 1");
    expect((await fail(["silent"])).message).toContain("its builder printed nothing");
    expect((await fail(["forgetful"])).message).toContain("failed to produce output path");
  });

  test.each(["cramped", "thrown-full"])("no room for %s is the machine's fault", async (name) => {
    const error = await fail([name]);
    expect(error.code).toBe("ERR_NIX_UNAVAILABLE");
    expect(error.message).toContain("No space left on device");
  });

  test.each([
    ["KILL", "ERR_NIX_UNAVAILABLE", /ended nix-store \(SIGKILL\).*runs out of memory/],
    ["SEGV", "ERR_NIX_BUILD_FAILED", /^Nix cannot build 'tool': nix-store crashed \(SIGSEGV\)$/],
  ])("a Nix that SIG%s ends is %s", async (signal, code, message) => {
    const programs = await mkdtemp(join(store.directory, "programs-"));
    for (const name of ["nix", "nix-instantiate", "nix-store"]) {
      const real = binDirectory === undefined ? name : join(binDirectory, name);
      const script = name === "nix-store" ? `kill -${signal} $$` : `exec ${real} "$@"`;
      await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const error = await fail(["tool"], { nix: { binDirectory: programs } });
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("what is kept of a long output is bounded", async () => {
    let lines = 0;
    const error = await fail(["chatty"], { nix: { logLines: 50 }, onLine: () => lines++ });
    expect(lines).toBeGreaterThan(2000);
    expect(error.log).toHaveLength(50);
    expect(error.log.join("").length).toBeLessThan(50_000);
  });

  test("a result that is too long ends the call", async () => {
    const source = createPathSource({
      path: fixture("packages.nix"),
      nix: store.nix({ maxOutputBytes: 20 }),
    });
    const error = await nixRejection(source.prepare({ cacheKey: undefined }, ["tool"], system));
    expect(error.message).toContain("nix-instantiate printed something unexpected (more than 20");
  });

  test("a machine that is not set up for builds is told so", async () => {
    const error = await fail(["tool"], {
      nix: { environment: { NIX_REMOTE: `unix://${store.directory}/no-daemon` } },
    });
    expect(error.code).toBe("ERR_NIX_NOT_INSTALLED");
  });

  test("clients are not told where the package set is", async () => {
    const repository = await createTestRepository();
    onTestFinished(repository.remove);
    const { directory } = repository;
    const file = join(directory, "packages.nix");
    await repository.commit({
      "packages.nix": `{ system }: {
        importing = import ./missing.nix;
        reading = builtins.readFile ./missing.txt;
        throwing = throw "a fault in \${toString ./.}";
        calling = import ./function.nix { };
        printing = derivation {
          name = "printing"; inherit system; builder = "/bin/sh";
          args = [ "-c" "echo \${toString ./.} >&2; exit 1" ];
        };
      }`,
      "default.nix": "args: import ./packages.nix args",
      "function.nix": "{ argument }: argument",
    });
    const link = join(store.directory, "link");
    await symlink(directory, link);
    const cacheDirectory = join(store.directory, "git");
    const nix = store.nix();
    const places = [directory, link, cacheDirectory];
    for (const source of [
      createPathSource({ path: file, nix }),
      createPathSource({ path: link, nix }),
      createPathSource({ path: join(link, "nowhere"), nix }),
      createGitSource({ url: `file://${directory}`, cacheDirectory, nix }),
    ]) {
      const resolved = (await source.resolve("latest"))!;
      for (const name of ["nosuch", "importing", "reading", "throwing", "calling", "printing"]) {
        const { message } = await nixRejection(source.prepare(resolved, [name], system));
        for (const place of places) {
          expect(message).not.toContain(place);
        }
      }
    }
    for (const url of [join(directory, "nowhere"), `file://${directory}/nowhere`]) {
      const { message } = await nixRejection(createGitSource({ url }).resolve("latest"));
      expect(message).toMatch(/^The git repository of this server cannot be fetched now/);
      expect(message).not.toContain(directory);
    }
  });

  test("a package set that is not there cannot be had", async () => {
    const source = createPathSource({ path: fixture("nowhere.nix"), nix: store.nix() });
    expect(
      await nixRejection(source.prepare({ cacheKey: undefined }, ["tool"], system)),
    ).toMatchObject({ code: "ERR_NIX_SOURCE_UNAVAILABLE" });
  });
});

test("a machine without Nix is told how to get it", async () => {
  const store = await createTestStore();
  try {
    const source = createPathSource({
      path: fixture("packages.nix"),
      nix: store.nix({ binDirectory: store.directory }),
    });
    const error = await nixRejection(source.prepare({ cacheKey: undefined }, ["tool"], system));
    expect(error.code).toBe("ERR_NIX_NOT_INSTALLED");
    expect(error.message).toContain("apt-get install nix-bin");
  } finally {
    await store.remove();
  }
});
