import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createGitSource, createPathSource, type NixOptions } from "@nixery/nix";
import type { PackageSourceError, PrepareOptions } from "@nixery/package-source";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { fixture } from "./support/fixture.ts";
import { createTestRepository } from "./support/git-repository.ts";
import { createTestStore, nixInstallations, system, type TestStore } from "./support/nix-store.ts";
import { sourceRejection } from "./support/rejection.ts";

describe.each(nixInstallations())("failures of $name", { timeout: 60_000 }, ({ binDirectory }) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await createTestStore(binDirectory);
  });
  afterAll(async () => await store.remove());

  async function fail(
    packages: readonly string[],
    options: PrepareOptions & { readonly nix?: NixOptions } = {},
  ): Promise<PackageSourceError> {
    const source = createPathSource({ path: fixture("packages.nix"), nix: store.nix(options.nix) });
    const error = await sourceRejection(
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
  ])("the package %s fails with the reason %s", async (name, reason) => {
    expect(await fail(["library", name])).toMatchObject({
      code: "ERR_PACKAGE_SOURCE_BUILD_FAILED",
      reason,
      packages: name === "crashing" ? ["library", name] : [name],
    });
  });

  test("one error names all packages that must not be built", async () => {
    const error = await fail(["unfree", "tool", "broken"]);
    expect(error.packages).toEqual(["unfree", "broken"]);
    expect(error.message).toMatch(
      /^The package "unfree" has an unfree licence and "broken" is marked as broken\. Allow it in the package set's config or use another revision\.$/,
    );
  });

  test("the message has the details of the metadata", async () => {
    expect((await fail(["licensed"])).message).toBe(
      'The package "licensed" has an unfree licence (first, Second, third). Allow it in the package set\'s config.',
    );
    expect((await fail(["vulnerable"])).message).toContain("insecure (CVE-1, CVE-2, CVE-3, …).");
    expect((await fail(["thrown-problem"])).message).toMatch(/This package is broken\.$/);
  });

  test("an unfree package that the package set allows is built", async () => {
    const source = createPathSource({ path: fixture("packages.nix"), nix: store.nix() });
    const { roots } = await source.prepare({ cacheKey: undefined }, ["allowed-unfree"], system);
    expect(roots).toHaveLength(1);
  });

  test("the message has the error of the evaluation on one line", async () => {
    const error = await fail(["removed"]);
    expect(error.message).toBe(
      'Evaluating "removed" failed: removed has been removed: use tool instead.',
    );
  });

  test("the message has the failed derivation and its last lines", async () => {
    const error = await fail(["needs-failing"]);
    expect(error.message).toMatch(
      /^Building "failing-1.0" for "needs-failing" failed \((builder )?failed with exit code 3\)\. The last lines of its builder are: line 11 \| line 12 \| main.c:3:1: error: it does not compile\.$/,
    );
    expect(error.log).toContain("line 1");
    expect((await fail(["silent"])).message).toContain("Its builder printed nothing.");
    expect((await fail(["forgetful"])).message).toContain("failed to produce output path");
  });

  test.each(["cramped", "thrown-full"])(
    "a full disk for %s is an error of the machine",
    async (name) => {
      const error = await fail([name]);
      expect(error.code).toBe("ERR_PACKAGE_SOURCE_NO_RESOURCES");
      expect(error.message).toContain("No space left on device");
    },
  );

  test.each([
    [
      "KILL",
      "ERR_PACKAGE_SOURCE_NO_RESOURCES",
      /nix-store was killed \(SIGKILL\).*ran out of memory/,
    ],
    [
      "SEGV",
      "ERR_PACKAGE_SOURCE_BUILD_FAILED",
      /^Building "tool" failed: nix-store crashed \(SIGSEGV\)\.$/,
    ],
  ])("a Nix that SIG%s kills is the error %s", async (signal, code, message) => {
    const programs = await mkdtemp(join(store.directory, "programs-"));
    for (const name of ["nix", "nix-instantiate", "nix-store"]) {
      const real = binDirectory === undefined ? name : join(binDirectory, name);
      const script = name === "nix-store" ? `kill -${signal} $$` : `exec ${real} "$@"`;
      await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const error = await fail(["tool"], { nix: { binDirectory: programs } });
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("the log of a long output is bounded", async () => {
    let lines = 0;
    const error = await fail(["chatty"], { nix: { maxLogLines: 50 }, onLine: () => lines++ });
    expect(lines).toBeGreaterThan(2000);
    expect(error.log).toHaveLength(50);
    expect(error.log.join("").length).toBeLessThan(50_000);
  });

  test("a result that is too long is an error", async () => {
    const source = createPathSource({
      path: fixture("packages.nix"),
      nix: store.nix({ maxOutputBytes: 20 }),
    });
    const error = await sourceRejection(source.prepare({ cacheKey: undefined }, ["tool"], system));
    expect(error.message).toContain(
      "The output of nix-instantiate is invalid (more than 20 bytes)",
    );
  });

  test("a machine that is not set up for builds is an error", async () => {
    const error = await fail(["tool"], {
      nix: { environment: { NIX_REMOTE: `unix://${store.directory}/no-daemon` } },
    });
    expect(error.code).toBe("ERR_PACKAGE_SOURCE_NOT_WORKING");
  });

  test("messages do not contain the path of the package set", async () => {
    const repository = await createTestRepository();
    onTestFinished(async () => await repository.remove());
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
        const { message } = await sourceRejection(source.prepare(resolved, [name], system));
        for (const place of places) {
          expect(message).not.toContain(place);
        }
      }
    }
    for (const url of [join(directory, "nowhere"), `file://${directory}/nowhere`]) {
      const { message } = await sourceRejection(createGitSource({ url }).resolve("latest"));
      expect(message).toMatch(/^Fetching the git repository of this server failed/);
      expect(message).not.toContain(directory);
    }
  });

  test("a missing package set is unavailable", async () => {
    const source = createPathSource({ path: fixture("nowhere.nix"), nix: store.nix() });
    expect(
      await sourceRejection(source.prepare({ cacheKey: undefined }, ["tool"], system)),
    ).toMatchObject({ code: "ERR_PACKAGE_SOURCE_UNAVAILABLE" });
  });
});

test("the error of a machine without Nix explains how to install it", async () => {
  const store = await createTestStore();
  try {
    const source = createPathSource({
      path: fixture("packages.nix"),
      nix: store.nix({ binDirectory: store.directory }),
    });
    const error = await sourceRejection(source.prepare({ cacheKey: undefined }, ["tool"], system));
    expect(error.code).toBe("ERR_PACKAGE_SOURCE_NOT_WORKING");
    expect(error.message).toContain("apt-get install nix-bin");
  } finally {
    await store.remove();
  }
});
