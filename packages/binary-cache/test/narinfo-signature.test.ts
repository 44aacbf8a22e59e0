import { generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { isSignedBy, parseNarinfo, parseTrustedKey } from "@nixery/binary-cache";
import { hashOf, narinfoText } from "./support/narinfo-text.ts";

const self = `${hashOf("hello")}-hello-2.12`;
const glibc = `${hashOf("glibc")}-glibc-2.39`;
const good = narinfoText(self, [glibc, self]);

/** From cache.nixos.org. */
const netTools = `StorePath: /nix/store/00bgd045z0d4icpbc2yyz4gx48ak44la-net-tools-1.60_p20170221182432
URL: nar/1094wph9z4nwlgvsd53abfz8i117ykiv5dwnq9nnhz846s7xqd7d.nar.xz
Compression: xz
FileHash: sha256:1094wph9z4nwlgvsd53abfz8i117ykiv5dwnq9nnhz846s7xqd7d
FileSize: 114980
NarHash: sha256:0lxjvvpr59c2mdram7ympy5ay741f180kv3349hvfc3f8nrmbqf6
NarSize: 464152
References: 7gx4kiv5m0i7d7qkixq2cwzbr10lvxwc-glibc-2.27
Deriver: 10dx1q4ivjb115y3h90mipaaz533nr0d-net-tools-1.60_p20170221182432.drv
Sig: cache.nixos.org-1:sn5s/RrqEI+YG6/PjwdbPjcAC7rcta7sJU4mFOawGvJBLsWkyLtBrT2EuFt/LJjWkTZ+ZWOI9NTtjo/woMdvAg==
`;

test("a signature of cache.nixos.org is valid", () => {
  const key = parseTrustedKey("cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY=");
  expect(isSignedBy(parseNarinfo(netTools), [key])).toBe(true);
  expect(isSignedBy(parseNarinfo(netTools.replace("464152", "464153")), [key])).toBe(false);
});

test("a signature is valid for exactly the signed text and the signing key", () => {
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

  const { narHash } = parseNarinfo(signed);
  const inHex = signed.replace(/^NarHash: .*$/m, `NarHash: ${narHash}`);
  expect(isSignedBy(parseNarinfo(inHex), [key])).toBe(true);
});

test.each(["", "name", "name:", ":AAAA", "name:AAAA"])("rejects the public key %j", (text) => {
  expect(() => parseTrustedKey(text)).toThrow(
    expect.objectContaining({
      code: "ERR_BINARY_CACHE_INVALID_OPTION",
      message: expect.stringContaining("Invalid public key"),
    }),
  );
});
