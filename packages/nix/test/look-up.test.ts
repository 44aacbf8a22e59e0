import { createPathSource } from "@nixery/nix";
import type { PackageSource } from "@nixery/package-source";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixture } from "./support/fixture.ts";
import {
  createTestStore,
  nixInstallations,
  storeNames,
  system,
  type TestStore,
} from "./support/nix-store.ts";
import { sourceRejection } from "./support/rejection.ts";

describe.each(nixInstallations())("look-up with $name", { timeout: 60_000 }, ({ binDirectory }) => {
  let store: TestStore;
  let source: PackageSource;
  beforeAll(async () => {
    store = await createTestStore(binDirectory);
    source = createPathSource({ path: fixture("packages.nix"), nix: store.nix() });
  });
  afterAll(async () => await store.remove());

  test.each([
    ["tool", "tool-1.0"],
    ["TOOL", "tool-1.0"],
    ["haskellPackages.ShellCheck", "shellcheck"],
    ["haskellpackages.shellcheck", "shellcheck"],
    ["HASKELLPACKAGES.TOOL", "tool-1.0"],
    ["1password", "1password"],
    ["1Password", "1password"],
    ["with-hyphen+plus", "with-hyphen-plus"],
    ["perlpackages.JSON", "perl-json"],
    ["perlpackages.Json", "perl-json-other"],
    ["onederivation", "one-derivation"],
    ["recursive.self.self.tool", "tool-1.0"],
    ["split.bin", "split-1.0-bin"],
  ])("finds %s", async (name, expected) => {
    const { roots } = await source.prepare({ cacheKey: undefined }, [name], system);
    expect(storeNames(roots)).toEqual([expected]);
  });

  test("names all missing packages in one error, with similar names", async () => {
    const asked = ["tol", "tool", "haskellpackages.shelcheck", "nobody", "Nobody.at.home"];
    const error = await sourceRejection(source.prepare({ cacheKey: undefined }, asked, system));
    expect(error).toMatchObject({
      code: "ERR_PACKAGE_SOURCE_NOT_FOUND",
      packages: ["tol", "haskellpackages.shelcheck", "nobody", "Nobody.at.home"],
    });
    for (const name of error.packages) {
      expect(error.message).toContain(`"${name}"`);
    }
    expect(error.message).toContain('. Try "tool" or "haskellPackages.ShellCheck".');
    expect(error.message).not.toContain("\n");
  });

  test.each([
    ["text", "a string"],
    ["function", "a function"],
    ["nothing", "a null"],
    [
      "haskellpackages",
      '("haskellPackages" is a set of packages). Try an attribute of "haskellPackages".',
    ],
    ["text.deeper", '"text" is a string'],
  ])("reports that %s is not a package", async (name, reason) => {
    const error = await sourceRejection(source.prepare({ cacheKey: undefined }, [name], system));
    expect(error).toMatchObject({ code: "ERR_PACKAGE_SOURCE_NOT_FOUND", packages: [name] });
    expect(error.message).toContain(reason);
  });

  test("names the candidates of an ambiguous package", async () => {
    const error = await sourceRejection(
      source.prepare({ cacheKey: undefined }, ["tool", "perlpackages.json"], system),
    );
    expect(error).toMatchObject({
      code: "ERR_PACKAGE_SOURCE_AMBIGUOUS",
      packages: ["perlpackages.json"],
    });
    expect(error.message).toContain('"perlPackages.JSON" or "perlPackages.Json"');
  });

  test.each([
    '"; throw "injected',
    "${throw ''injected''}",
    "tool}",
    "''",
    "a b",
    "..",
    "",
    "--version",
    "\\",
    "tool.",
    "ümlaut",
  ])("treats %j only as a name", async (name) => {
    const error = await sourceRejection(source.prepare({ cacheKey: undefined }, [name], system));
    expect(error).toMatchObject({ code: "ERR_PACKAGE_SOURCE_NOT_FOUND", packages: [name] });
  });
});
