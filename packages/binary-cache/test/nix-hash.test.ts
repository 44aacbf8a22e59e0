import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encodeNixBase32, parseNixHash } from "../src/nix-hash.ts";

const algorithms = ["md5", "sha1", "sha256", "sha512"] as const;

test.each(algorithms)("reads %s in each of Nix's forms", (algorithm) => {
  fc.assert(
    fc.property(fc.uint8Array(), (content) => {
      const bytes = createHash(algorithm).update(content).digest();
      const expected = `${algorithm}:${bytes.toString("hex")}`;
      for (const text of [
        expected,
        `${algorithm}:${bytes.toString("hex").toUpperCase()}`,
        `${algorithm}:${encodeNixBase32(bytes)}`,
        `${algorithm}:${bytes.toString("base64")}`,
        `${algorithm}-${bytes.toString("base64")}`,
      ]) {
        expect(parseNixHash(text)).toBe(expected);
      }
    }),
  );
});

test.each(algorithms)("writes %s in base 32 as Nix does", (algorithm) => {
  const bytes = createHash(algorithm).update("nixery").digest();
  const args = ["--to-base32", "--type", algorithm, bytes.toString("hex")];
  expect(encodeNixBase32(bytes)).toBe(execFileSync("nix-hash", args, { encoding: "utf8" }).trim());
});

test.each([
  "",
  "sha256",
  "sha256:",
  "sha256:abc",
  "0".repeat(64),
  `sha256:${"g".repeat(64)}`,
  `sha256:${"e".repeat(52)}`,
  `sha256:z${"0".repeat(51)}`,
  `sha256:${"*".repeat(44)}`,
  `sha256-${"0".repeat(64)}`,
  `sha3:${"0".repeat(64)}`,
  `constructor:${"0".repeat(64)}`,
])("%j is not a hash", (text) => {
  expect(parseNixHash(text)).toBeUndefined();
});
