import { describe, expect, test } from "vitest";
import { isImageNameError, parseReference } from "@nixery/image-name";

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
  ])("%s has no valid tag", (text, part) => {
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
