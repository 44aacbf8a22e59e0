import { expect, test } from "vitest";
import { storePathBase, storePathName } from "@nixery/store-path";
import { hashOf } from "../../binary-cache/test/support/narinfo-text.ts";
import { usedNames } from "../src/use-counter.ts";

test("names are those by which layers looks up popularity", () => {
  const bases = [
    `${hashOf("hello")}-hello-2.12`,
    `${hashOf("glibc")}-glibc-2.39`,
    `${hashOf("x")}-x-1-2-bin`,
    `${hashOf("y")}-0-y`,
  ];
  for (const base of bases) {
    const path = `/nix/store/${base}`;
    expect(storePathBase(path)).toBe(base);
    expect(usedNames("user", [base])).toEqual([storePathName(path)]);
  }
});
