import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isDerivation,
  isStorePath,
  parseStorePathBase,
  storePathBase,
  storePathName,
} from "@nixery/store-path";

const hash = "4ai1fzs9hw92z9i01hf8fphn37xm8b74";

const anyHash = fc.stringMatching(/^[0-9abcdfghijklmnpqrsvwxyz]{32}$/);
const anyName = fc.stringMatching(/^[0-9a-zA-Z+\-._?=]{1,211}$/);
const anyDirectory = fc
  .array(fc.stringMatching(/^[a-z0-9-]+$/), { minLength: 1, maxLength: 4 })
  .map((parts) => `/${parts.join("/")}`);

test("takes any store path apart and finds its parts again", () => {
  fc.assert(
    fc.property(anyHash, anyName, anyDirectory, (someHash, name, directory) => {
      const base = `${someHash}-${name}`;
      const path = `${directory}/${base}`;
      expect(parseStorePathBase(base)).toEqual({ hash: someHash, name });
      expect(storePathBase(path)).toBe(base);
      expect(storePathBase(base)).toBe(base);
      expect(isStorePath(path)).toBe(true);
      expect(isStorePath(base)).toBe(false);
      expect(storePathName(path)).toBe(name);
    }),
  );
});

test("finds a base only where its parts join to the text again", () => {
  const almost = fc
    .tuple(anyHash, anyName, fc.string({ maxLength: 3 }), fc.nat())
    .map(([someHash, name, inserted, place]) => {
      const base = `${someHash}-${name}`;
      const at = place % base.length;
      return `${base.slice(0, at)}${inserted}${base.slice(at)}`;
    });
  fc.assert(
    fc.property(fc.oneof(fc.string(), almost), (text) => {
      const { hash: found = "", name = "" } = parseStorePathBase(text) ?? {};
      const isBase = found.length === 32 && `${found}-${name}` === text;
      expect(isBase).toBe(parseStorePathBase(text) !== undefined);
    }),
  );
});

describe("parseStorePathBase", () => {
  test.each([`${hash}-hello-2.12`, `${hash}-a`, `${hash}-${"a".repeat(211)}`, `${hash}--?=+._`])(
    "takes %s apart",
    (text) => {
      expect(parseStorePathBase(text)).toEqual({ hash, name: text.slice(33) });
    },
  );

  test.each([
    "",
    hash,
    `${hash}-`,
    `${hash}_hello`,
    `${hash.slice(1)}-hello`,
    `${hash}0-hello`,
    `${hash.toUpperCase()}-hello`,
    `${hash}-hello world`,
    `${hash}-hello/bin`,
    `${hash}-hello\n`,
    `\n${hash}-hello`,
    `${hash}-héllo`,
    `${hash}-${"a".repeat(212)}`,
    `/nix/store/${hash}-hello`,
  ])("%j is something else", (text) => {
    expect(parseStorePathBase(text)).toBeUndefined();
  });
});

describe("storePathBase", () => {
  test.each([
    `${hash}-hello/bin/hello`,
    `store/${hash}-hello`,
    `/nix/store/${hash}-hello/`,
    `/nix/store/${hash}-hello/bin`,
    "/nix/store/hello",
    "/nix/store/",
  ])("%s has none", (path) => {
    expect(storePathBase(path)).toBeUndefined();
  });
});

describe("isStorePath", () => {
  test.each([`/nix/store/${hash}-hello-2.12`, `/gnu/store/${hash}-hello`, `/a/b/c/${hash}-hello`])(
    "%s is one",
    (path) => {
      expect(isStorePath(path)).toBe(true);
    },
  );

  test.each([
    `${hash}-hello`,
    `nix/store/${hash}-hello`,
    `/nix/store/${hash}-hello/bin`,
    `/nix/store/../../etc/${hash}-hello`,
    `/nix/./store/${hash}-hello`,
    `/nix//store/${hash}-hello`,
    `//nix/store/${hash}-hello`,
    "/nix/store",
    "/",
    "",
  ])("%j is not", (path) => {
    expect(isStorePath(path)).toBe(false);
  });
});

describe("isDerivation", () => {
  test.each([
    [`${hash}-hello-2.12.drv`, true],
    [`${hash}-hello-2.12`, false],
    [`${hash}-hello.drv.patch`, false],
  ])("%s: %s", (base, expected) => {
    expect(isDerivation(base)).toBe(expected);
  });
});
