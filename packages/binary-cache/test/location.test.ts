import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { below, describeUrl, parseLocation } from "@nixery/binary-cache";

test.each([
  ["https://example.org/a?b", "https://example.org/a?b"],
  ["HTTP://example.org", "http://example.org/"],
  ["file:///a/b", "file:///a/b"],
  ["/a/b c", "file:///a/b%20c"],
  ["a", pathToFileURL(resolve("a")).href],
])("%j is the URL %j", (location, url) => {
  expect(parseLocation(location).href).toBe(url);
});

test.each(["ftp://me:hunter2@example.org/a", "s3://me:hunter2@bucket/a?b=hunter2"])(
  "rejects %j without its credentials in the message",
  (location) => {
    expect(() => parseLocation(location)).toThrow(
      expect.objectContaining({
        code: "ERR_BINARY_CACHE_INVALID_OPTION",
        message: expect.not.stringContaining("hunter2"),
      }),
    );
  },
);

test("describes a URL without its credentials and query", () => {
  expect(describeUrl(new URL("https://me:s3cret@example.org:81/a/b?token=s3cret#c"))).toBe(
    "https://example.org:81/a/b",
  );
  expect(describeUrl(new URL("file:///a/b"))).toBe("/a/b");
});

test.each([
  ["https://example.org", "https://example.org/x"],
  ["https://example.org/a", "https://example.org/a/x"],
  ["https://example.org/a//", "https://example.org/a/x"],
  ["https://me:pw@example.org/a?b=c", "https://me:pw@example.org/a/x?b=c"],
])("a file below %j is %j", (base, url) => {
  expect(below(new URL(base), "x").href).toBe(url);
});
