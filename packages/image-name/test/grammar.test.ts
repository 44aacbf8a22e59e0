import { describe, expect, test } from "vitest";
import { isRepositoryName, isTag } from "@nixery/image-name";

describe("isTag", () => {
  test.each(["latest", "_a", "A.b-c_", "0".repeat(128), "2.3.1"])("%s is a tag", (tag) => {
    expect(isTag(tag)).toBe(true);
  });

  test.each(["", ".a", "a b", "a\n", "a/b", "a+b", "é"])("%j is not", (tag) => {
    expect(isTag(tag)).toBe(false);
  });
});

describe("isRepositoryName", () => {
  test.each(["git", "shell/git/htop", "a.b/c_d/e__f/g-h/i---j", "0", "a".repeat(255)])(
    "%s is a name",
    (name) => {
      expect(isRepositoryName(name)).toBe(true);
    },
  );

  test.each([
    "",
    "/",
    "a/",
    "/a",
    "a//b",
    "A",
    "a..b",
    "a___b",
    "a._b",
    "-a",
    "a-",
    "a b",
    "a\n",
    "é",
    "a:b",
    "a".repeat(256),
    "a/".repeat(127) + "aa",
  ])("%j is not", (name) => {
    expect(isRepositoryName(name)).toBe(false);
  });
});
