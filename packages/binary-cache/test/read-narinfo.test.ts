import { generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { createReader, parseTrustedKey, readNarinfo } from "@nixery/binary-cache";
import { startFlakyServer } from "./support/flaky-server.ts";
import { hashOf, narinfoText } from "./support/narinfo-text.ts";

const hello = `${hashOf("hello")}-hello-2.12`;
const file = `/${hashOf("hello")}.narinfo`;
const reader = createReader({ maxAttempts: 2, retryDelay: 1 });

test("reads the narinfo file of a path below the URL of the cache", async () => {
  await using server = await startFlakyServer({
    files: new Map([[`/cache${file}`, narinfoText(hello, [])]]),
  });
  const cache = new URL(`${server.url}/cache`);
  expect(await readNarinfo(cache, hello, { reader })).toMatchObject({
    storePath: `/nix/store/${hello}`,
  });
  expect(await readNarinfo(new URL(server.url), hello, { reader })).toBeUndefined();
});

test("reads an invalid file again, which may be the error page of a proxy", async () => {
  const files = new Map([[file, "<html>"]]);
  await using server = await startFlakyServer({
    files,
    onRequest: (_, total) => {
      if (total === 2) {
        files.set(file, narinfoText(hello, []));
      }
    },
  });
  const cache = new URL(server.url);
  expect(await readNarinfo(cache, hello, { reader })).toBeDefined();
  files.set(file, "<html>");
  await expect(readNarinfo(cache, hello, { reader })).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_INVALID_NARINFO",
    message: expect.stringContaining(`The narinfo file "${hello}" is invalid`),
  });
});

test("rejects a file that describes another path", async () => {
  const other = `${hashOf("hello")}-hello-2.13`;
  await using server = await startFlakyServer({ files: new Map([[file, narinfoText(other, [])]]) });
  await expect(readNarinfo(new URL(server.url), hello, { reader })).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_INVALID_NARINFO",
    message: expect.stringContaining(`it describes "/nix/store/${hello.slice(0, 33)}`),
  });
});

test("rejects a path that no trusted key signed", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("base64");
  const fingerprint = `1;/nix/store/${hello};sha256:${"1".repeat(52)};3000;`;
  const signature = sign(null, Buffer.from(fingerprint), privateKey).toString("base64");
  const text = `${narinfoText(hello, [])}Sig: cache-1:${signature}\n`;
  await using server = await startFlakyServer({ files: new Map([[file, text]]) });
  const cache = new URL(server.url);
  const trustedKeys = [parseTrustedKey(`cache-1:${raw}`)];
  expect(await readNarinfo(cache, hello, { reader, trustedKeys })).toBeDefined();
  for (const keys of [[], [parseTrustedKey(`cache-2:${raw}`)]]) {
    const reading = readNarinfo(cache, hello, { reader, trustedKeys: keys });
    await expect(reading).rejects.toMatchObject({
      code: "ERR_BINARY_CACHE_UNTRUSTED",
      message: expect.stringContaining(`No trusted key signed "${hello}"`),
    });
  }
});
