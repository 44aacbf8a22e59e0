import { describe, expect, test } from "vitest";
import {
  type Digest,
  digestAlgorithm,
  digestHex,
  isDigest,
  isManifestError,
  parseDigest,
  sha256Digest,
} from "@nixery/manifest";

/** FIPS 180-2, appendix B.1. */
const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

describe("digests", () => {
  test("are sha256 in lowercase hexadecimal", () => {
    const digest = sha256Digest(new TextEncoder().encode("abc"));
    expect(digest).toBe(`sha256:${abc}`);
    expect(digestHex(digest)).toBe(abc);
    expect(parseDigest(digest)).toBe(digest);
    expect(isDigest(digest)).toBe(true);
  });

  test.each([
    "",
    abc,
    `sha512:${abc}${abc}`,
    `sha256:${abc.toUpperCase()}`,
    `sha256:${abc.slice(1)}`,
    `sha256:${abc}0`,
    `sha256:${abc}\n`,
    "sha256:totallywrong",
    "../etc/passwd",
  ])("%j is not one", (text) => {
    expect(isDigest(text)).toBe(false);
    expect(() => digestHex(text as Digest)).toThrow(/^Invalid digest ".*"\. Write "sha256:"/);
    expect(() => parseDigest(text)).toThrow(
      expect.toSatisfy((error) => isManifestError(error, "ERR_MANIFEST_INVALID_DIGEST")),
    );
  });

  test.each([
    [`sha256:${abc}`, "sha256"],
    [`sha512:${abc}${abc}`, "sha512"],
    [`sha512:${abc}`, undefined],
    [`sha512:${abc}${abc.toUpperCase()}`, undefined],
    [`sha512:${abc}${abc}\n`, undefined],
    [`sha256:${abc}${abc}`, undefined],
    [`md5:${abc.slice(32)}`, undefined],
    [abc, undefined],
    ["", undefined],
  ])("the algorithm of %j is %s", (text, algorithm) => {
    expect(digestAlgorithm(text)).toBe(algorithm);
  });
});
