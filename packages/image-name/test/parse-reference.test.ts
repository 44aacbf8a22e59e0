import { describe, expect, test } from "vitest";
import { isImageNameError, isRepositoryName, isTag, parseReference } from "@nixery/image-name";

describe("parseReference", () => {
  test("splits at the tag", () => {
    expect(parseReference("shell/git/htop:v1.2")).toEqual({ name: "shell/git/htop", tag: "v1.2" });
  });

  test("the tag is latest when there is none", () => {
    expect(parseReference("shell/git")).toEqual({ name: "shell/git", tag: "latest" });
  });

  test.each([
    ["git:", ""],
    ["git:-a", "-a"],
    ["git:.a", ".a"],
    ["git:a/b", "a/b"],
    ["git:a:b", "a:b"],
    ["git@sha256:ab", "sha256:ab"],
    [`git:${"a".repeat(129)}`, "a".repeat(129)],
  ])("%s has no legal tag", (text, part) => {
    let thrown: unknown;
    try {
      parseReference(text);
    } catch (error) {
      thrown = error;
    }
    expect(isImageNameError(thrown, "ERR_IMAGE_NAME_TAG")).toBe(true);
    expect(thrown).toHaveProperty("part", part);
  });
});

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
