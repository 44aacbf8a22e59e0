import { generateKeyPairSync, sign } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { storePathName } from "@nixery/layers";
import { isPopcountError } from "../src/index.ts";
import { parseNarinfo } from "../src/narinfo.ts";
import { isSignedBy, parseTrustedKey } from "../src/narinfo-signature.ts";
import { parseStorePathBase, storePathBase } from "../src/store-path.ts";
import { hashOf, narinfo } from "./support/package-set.ts";

const self = `${hashOf("hello")}-hello-2.12`;
const glibc = `${hashOf("glibc")}-glibc-2.39`;
const good = narinfo(self, [glibc, self]);

test("reads what counting needs", () => {
  expect(parseNarinfo(good)).toMatchObject({
    storePath: `/nix/store/${self}`,
    references: [glibc, self],
    narSize: 3000,
    signatures: [expect.stringMatching(/^test-1:/)],
  });
});

test.each([
  ["no references", good.replace(/^References: .*$/m, "References: ")],
  ["no field for references", good.replace(/^References: .*\n/m, "")],
  ["an unknown field", `${good}CA: fixed:sha256:abc\n`],
  ["no signature", good.replace(/^Sig: .*\n/m, "")],
])("accepts a file with %s", (_, text) => {
  expect(parseNarinfo(text).storePath).toBe(`/nix/store/${self}`);
});

test.each([
  ["", "does not end with a line break"],
  [good.slice(0, -1), "does not end with a line break"],
  ["<html></html>\n", "has the line"],
  [`${good}\n`, 'has the line ""'],
  [good.replaceAll("\n", "\r\n"), "has the store path"],
  [good.replace(/^StorePath: .*\n/m, ""), "has no field StorePath"],
  [good.replace(/^URL: .*\n/m, ""), "has no field URL"],
  [good.replace(/^NarHash: .*\n/m, ""), "has no field NarHash"],
  [good.replace("NarSize: 3000", "NarSize: -1"), "has the NAR size"],
  [good.replace("NarSize: 3000", "NarSize: 0"), "has the NAR size"],
  [good.replace("NarSize: 3000", "NarSize: 9999999999999999"), "has the NAR size"],
  [`${good}NarSize: 3000\n`, "has the field NarSize twice"],
  [good.replace("/nix/store/", ""), "has the store path"],
  [good.replace(` ${glibc}`, ` /nix/store/${glibc}`), "has the reference"],
  [good.replace(` ${glibc}`, " glibc"), "has the reference"],
  [good.replace(` ${glibc}`, ` ${glibc.slice(0, 33)}`), "has the reference"],
])("refuses %j", (text, message) => {
  expect(() => parseNarinfo(text)).toThrow(
    expect.objectContaining({
      code: "ERR_POPCOUNT_INVALID_NARINFO",
      message: expect.stringContaining(message),
    }),
  );
});

function attempt(text: string): string {
  try {
    return parseNarinfo(text).storePath.startsWith("/") ? "as it should" : "no store path";
  } catch (error) {
    return isPopcountError(error, "ERR_POPCOUNT_INVALID_NARINFO") ? "as it should" : String(error);
  }
}

test("whatever bytes arrive, the result is a narinfo or an error of this package", () => {
  const pieces = fc.constantFrom(...good.split(/(?<=[\n: ])/), "\n", ": ", "Sig: ");
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      expect(attempt(parts.join(""))).toBe("as it should");
    }),
  );
});

test("a signature holds for exactly what was signed, by exactly that key", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
  const key = parseTrustedKey(`cache-1:${raw}`);
  const text = `1;/nix/store/${self};sha256:${"1".repeat(52)};3000;${[glibc, self]
    .toSorted()
    .map((path) => `/nix/store/${path}`)
    .join(",")}`;
  const signature = sign(null, Buffer.from(text), privateKey).toString("base64");
  const signed = good.replace(/^Sig: .*$/m, `Sig: cache-1:${signature}`);

  expect(isSignedBy(parseNarinfo(signed), [key])).toBe(true);
  expect(isSignedBy(parseNarinfo(`${good}Sig: cache-1:${signature}\n`), [key])).toBe(true);
  const other = parseTrustedKey(`cache-2:${raw}`);
  expect(isSignedBy(parseNarinfo(signed), [other])).toBe(false);
  expect(isSignedBy(parseNarinfo(signed), [other, key])).toBe(true);
  expect(isSignedBy(parseNarinfo(signed.replace("3000", "3001")), [key])).toBe(false);
  expect(isSignedBy(parseNarinfo(signed.replace(` ${glibc}`, "")), [key])).toBe(false);
  expect(isSignedBy(parseNarinfo(signed.replace("Sig: cache-1:", "Sig: ")), [key])).toBe(false);
  expect(isSignedBy(parseNarinfo(good), [])).toBe(false);
});

test.each(["", "name", "name:", ":AAAA", "name:AAAA"])("refuses the public key %j", (text) => {
  expect(() => parseTrustedKey(text)).toThrow("is not a public key");
});

test("names are those by which layers looks popularity up", () => {
  for (const base of [self, glibc, `${hashOf("x")}-x-1-2-bin`, `${hashOf("y")}-0-y`]) {
    const path = `/nix/store/${base}`;
    expect(storePathBase(path)).toBe(base);
    expect(parseStorePathBase(base)?.name).toBe(storePathName(path));
  }
});
