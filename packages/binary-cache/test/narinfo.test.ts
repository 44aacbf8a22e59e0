import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isBinaryCacheError, parseNarinfo } from "@nixery/binary-cache";
import { hashOf, narinfoText } from "./support/narinfo-text.ts";

const self = `${hashOf("hello")}-hello-2.12`;
const glibc = `${hashOf("glibc")}-glibc-2.39`;
const good = narinfoText(self, [glibc, self]);
const hex = "00".repeat(31) + "01";

test("parses every field", () => {
  const deriver = `${hashOf("deriver")}-hello-2.12.drv`;
  const text = good
    .replace("unknown-deriver", deriver)
    .replace(/^NarHash: .*$/m, `NarHash: sha256:${hex}`);
  expect(parseNarinfo(`${text}CA: fixed:r:sha256:abc\nSig: other-1:AAAA\n`)).toEqual({
    storePath: `/nix/store/${self}`,
    url: `nar/${hashOf(self)}.nar.xz`,
    compression: "xz",
    fileHash: `sha256:${"00".repeat(32)}`,
    fileSize: 1000,
    narHash: `sha256:${hex}`,
    narSize: 3000,
    references: [glibc, self].toSorted(),
    deriver,
    signatures: [`test-1:${Buffer.alloc(64).toString("base64")}`, "other-1:AAAA"],
    ca: "fixed:r:sha256:abc",
  });
});

test("optional fields may be missing", () => {
  const text = good.replaceAll(
    /^(?:Compression|FileHash|FileSize|References|Deriver|Sig): .*\n/gm,
    "",
  );
  expect(parseNarinfo(text)).toEqual({
    storePath: `/nix/store/${self}`,
    url: `nar/${hashOf(self)}.nar.xz`,
    compression: "bzip2",
    fileHash: undefined,
    fileSize: undefined,
    narHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    narSize: 3000,
    references: [],
    deriver: undefined,
    signatures: [],
    ca: undefined,
  });
});

test.each([
  ["an empty compression", /^Compression: .*$/m, "Compression: ", { compression: "bzip2" }],
  ["no references", /^References: .*$/m, "References: ", { references: [] }],
  ["an unknown deriver", /^Deriver: .*$/m, "Deriver: unknown-deriver", { deriver: undefined }],
  ["an empty content address", /$/, "CA: \n", { ca: undefined }],
  ["an unknown file size", "FileSize: 1000", "FileSize: 0", { fileSize: undefined }],
  ["an unknown field", /$/, "Color: blue\nColor: red\n", { narSize: 3000 }],
  ["an absolute URL", /^URL: .*$/m, "URL: https://x/y?z=1", { url: "https://x/y?z=1" }],
  ["a repeated reference", ` ${glibc}`, ` ${glibc} ${glibc}`, { references: expect.any(Array) }],
  ["another store", "/nix/store/", "/gnu/store/", { storePath: `/gnu/store/${self}` }],
])("accepts %s", (_, pattern, replacement, expected) => {
  expect(parseNarinfo(good.replace(pattern, replacement))).toMatchObject(expected);
});

test("references are sorted, each once, in any order of the file", () => {
  const twice = good.replace(/^References: .*$/m, `References: ${self}  ${glibc} ${self}`);
  expect(parseNarinfo(twice).references).toEqual([glibc, self].toSorted());
});

test.each([
  ["", "does not end with a line feed"],
  [good.slice(0, -1), "does not end with a line feed"],
  ["<html></html>\n", 'its line "<html></html>" is not a field'],
  [`${good}\n`, 'its line "" is not a field'],
  [good.replaceAll("\n", "\r\n"), 'its field "StorePath" is'],
  [good.replace(/^StorePath: .*\n/m, ""), 'it has no field "StorePath"'],
  [good.replace(/^URL: .*\n/m, ""), 'it has no field "URL"'],
  [good.replace(/^URL: .*$/m, "URL: "), 'its field "URL" is ""'],
  [good.replace(/^NarHash: .*\n/m, ""), 'it has no field "NarHash"'],
  [good.replace(/^NarHash: .*$/m, "NarHash: sha256:abc"), 'its field "NarHash" is'],
  [good.replace(/^NarHash: .*$/m, `NarHash: md5:${"0".repeat(32)}`), 'its field "NarHash" is'],
  [good.replace(/^FileHash: .*$/m, "FileHash: "), 'its field "FileHash" is ""'],
  [good.replace("FileSize: 1000", "FileSize: many"), 'its field "FileSize" is "many"'],
  [good.replace("NarSize: 3000", "NarSize: -1"), 'its field "NarSize" is "-1"'],
  [good.replace("NarSize: 3000", "NarSize: 0"), 'its field "NarSize" is "0"'],
  [good.replace("NarSize: 3000", "NarSize: 9999999999999999"), 'its field "NarSize" is'],
  [`${good}NarSize: 3000\n`, 'it has the field "NarSize" twice'],
  [`${good}References: \n`, 'it has the field "References" twice'],
  [`${good}CA: a\nCA: a\n`, 'it has the field "CA" twice'],
  [good.replace("unknown-deriver", "hello"), 'its field "Deriver" is "hello"'],
  [good.replace("/nix/store/", ""), 'its field "StorePath" is'],
  [good.replace(` ${glibc}`, ` /nix/store/${glibc}`), 'its field "References" is'],
  [good.replace(` ${glibc}`, " glibc"), 'its field "References" is'],
  [good.replace(` ${glibc}`, ` ${glibc.slice(0, 33)}`), 'its field "References" is'],
])("rejects %j", (text, message) => {
  expect(() => parseNarinfo(text, "hello")).toThrow(
    expect.objectContaining({
      code: "ERR_BINARY_CACHE_INVALID_NARINFO",
      message: expect.stringMatching(/^The narinfo file "hello" is invalid: .*\.$/),
    }),
  );
  expect(() => parseNarinfo(text)).toThrow(message);
});

function attempt(text: string): string {
  try {
    return parseNarinfo(text).storePath.startsWith("/") ? "expected" : "no store path";
  } catch (error) {
    return isBinaryCacheError(error, "ERR_BINARY_CACHE_INVALID_NARINFO")
      ? "expected"
      : String(error);
  }
}

test("any text is either a narinfo or an error of this package", () => {
  const pieces = fc.constantFrom(...good.split(/(?<=[\n: ])/), "\n", ": ", "Sig: ");
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      expect(attempt(parts.join(""))).toBe("expected");
    }),
  );
});
