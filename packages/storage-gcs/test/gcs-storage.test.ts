import { createHash, createVerify, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Storage as GoogleStorage } from "@google-cloud/storage";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  collect,
  createServiceAccount,
  type FakeGcs,
  objectStoreCommand,
  pieces,
  startFakeGcs,
  startFaultProxy,
} from "@nixery/object-stores";
import { storeHashed, verifyStorage } from "@nixery/storage";
import { createGcsStorage } from "@nixery/storage-gcs";

const account = createServiceAccount();
const { clientOptions } = account;
const key = "layers/a";

/** The account's key as the service gives it to its owner. */
async function writeKeyFile(folder: string): Promise<string> {
  const file = join(folder, "key.json");
  const content = {
    type: "service_account",
    client_email: "signer@test.example",
    private_key: account.privateKey,
  };
  await writeFile(file, JSON.stringify(content));
  return file;
}

describe("createGcsStorage", () => {
  test.each([
    { partSize: 1000 },
    { partSize: 0 },
    { signedUrlLifetime: 0 },
    { signedUrlLifetime: 604_801 },
  ])("refuses %o", (options) => {
    expect(() => createGcsStorage({ bucket: "images", ...options })).toThrow(RangeError);
  });

  test("is named after the bucket and the folder", () => {
    expect(createGcsStorage({ bucket: "images" }).name).toBe("gcs:images");
    expect(createGcsStorage({ bucket: "images", prefix: "/a/b/" }).name).toBe("gcs:images/a/b");
  });

  test("leaves its options as they are", () => {
    const options = { bucket: "images", clientOptions: { projectId: "images" } };
    const before = structuredClone(options);
    createGcsStorage(options);
    expect(options).toEqual(before);
  });
});

describe("a signed URL of Cloud Storage", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
  });

  test.each(["GET", "HEAD"] as const)("for %s is signed by the account's key", async (method) => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-04T05:06:07.891Z") });
    const storage = createGcsStorage({
      bucket: "images",
      prefix: "some folder",
      clientOptions,
      signedUrlLifetime: 90,
    });
    const redirect = await storage.redirect?.(key, { method });
    const url = redirect?.url ?? new URL("http://nothing");
    expect(redirect?.expires).toEqual(new Date("2026-03-04T05:07:37.000Z"));
    expect(`${url.origin}${url.pathname}`).toBe(
      "https://storage.googleapis.com/images/some%20folder/layers/a",
    );
    const { "X-Goog-Signature": signature = "", ...query } = Object.fromEntries(url.searchParams);
    expect(query).toEqual({
      "X-Goog-Algorithm": "GOOG4-RSA-SHA256",
      "X-Goog-Credential": "signer@test.example/20260304/auto/storage/goog4_request",
      "X-Goog-Date": "20260304T050607Z",
      "X-Goog-Expires": "90",
      "X-Goog-SignedHeaders": "host",
    });
    // As the service puts the request together, by its documentation.
    const canonical = [
      method,
      url.pathname,
      url.search.slice(1).replace(/&X-Goog-Signature=.*/, ""),
      "host:storage.googleapis.com",
      "",
      "host",
      "UNSIGNED-PAYLOAD",
    ].join("\n");
    const text = [
      "GOOG4-RSA-SHA256",
      "20260304T050607Z",
      "20260304/auto/storage/goog4_request",
      createHash("sha256").update(canonical).digest("hex"),
    ].join("\n");
    const verify = createVerify("RSA-SHA256").update(text);
    expect(verify.verify(account.publicKey, signature, "hex")).toBe(true);
  });

  test("for GET is the one that the client library makes of a key file", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-04T05:06:07Z") });
    const folder = await mkdtemp(join(tmpdir(), "nixery-gcs-"));
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", await writeKeyFile(folder));
    const storage = createGcsStorage({ bucket: "images", signedUrlLifetime: 300 });
    const [theirs] = await new GoogleStorage()
      .bucket("images")
      .file(key)
      .getSignedUrl({ version: "v4", action: "read", expires: Date.now() + 300_000 });
    const ours = await storage.redirect?.(key);
    expect(ours?.url.href).toBe(theirs);
    await rm(folder, { recursive: true });
  });

  test("is absent by option, and plain for a public bucket", async () => {
    const never = createGcsStorage({ bucket: "images", clientOptions, redirect: "never" });
    expect("redirect" in never).toBe(false);
    const open = createGcsStorage({ bucket: "images", clientOptions, redirect: "public" });
    expect(await open.redirect?.(key)).toEqual({
      url: new URL("https://storage.googleapis.com/images/layers/a"),
    });
  });

  test("is undefined when the credentials have no key", async () => {
    const client = new GoogleStorage();
    client.authClient.getClient = () => Promise.reject(new Error("no credentials"));
    const storage = createGcsStorage({ bucket: client.bucket("images") });
    expect(await storage.redirect?.(key)).toBeUndefined();
  });
});

describe.skipIf(objectStoreCommand("fake-gcs-server") === undefined)("Cloud Storage", () => {
  let server: FakeGcs;
  beforeAll(async () => {
    server = await startFakeGcs();
    await server.createBucket("images");
  });
  afterAll(() => server.stop());
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("passes verifyStorage", async () => {
    const storage = createGcsStorage({ bucket: server.bucketAt("images", server.url) });
    await expect(verifyStorage(storage)).resolves.toBeUndefined();
  });

  test.each([
    ["a bucket that is not there", () => server.bucketAt("nothing", server.url), /Not Found/],
    [
      "an endpoint where nobody listens",
      () => server.bucketAt("images", new URL("http://127.0.0.1:9")),
      /ECONNREFUSED/,
    ],
    [
      "a key file that is not there",
      () => {
        vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "/nothing/key.json");
        return server.bucketAt("images", server.url, { useAuthWithCustomEndpoint: true });
      },
      /\/nothing\/key\.json/,
    ],
  ])("verifyStorage names %s in one line", async (_, bucket, pattern) => {
    const storage = createGcsStorage({ bucket: bucket() });
    const error: unknown = await verifyStorage(storage).catch((reason: unknown) => reason);
    expect(error).toHaveProperty("message", expect.stringMatching(pattern));
    expect(error).toHaveProperty(
      "message",
      expect.stringMatching(/^gcs:\w+ could not list its objects: [^\n]+; check [^\n]+$/),
    );
  });

  test("says what the service says of a bucket that is not there", async () => {
    const proxy = await startFaultProxy(server.url);
    const body = JSON.stringify({ error: { message: "The specified bucket does not exist." } });
    proxy.inject({ kind: "answer", status: 404, body, when: () => true, times: 3 });
    const storage = createGcsStorage({ bucket: server.bucketAt("images", proxy.url) });
    const message = expect.stringContaining("The specified bucket does not exist");
    await expect(storage.stat(key)).rejects.toMatchObject({ message });
    await expect(storage.read(key)).rejects.toMatchObject({ message });
    await expect(storage.remove(key)).rejects.toMatchObject({ message });
    await proxy.stop();
  });

  test("sends its token with every request, and waits for none after an abort", async () => {
    const proxy = await startFaultProxy(server.url);
    const bucket = server.bucketAt("images", proxy.url, { useAuthWithCustomEndpoint: true });
    const { authClient } = bucket.storage;
    authClient.getRequestHeaders = async () => new Headers({ authorization: "Bearer token" });
    const storage = createGcsStorage({ bucket, partSize: 256 * 1024 });
    await storeHashed(storage, pieces(randomBytes(600_000)), { contentType: "a/b" });
    const tokens = new Set(proxy.requests.map(({ headers }) => headers.authorization));
    expect([...tokens]).toEqual(["Bearer token"]);

    const seen = proxy.requests.length;
    authClient.getRequestHeaders = () => Promise.withResolvers<never>().promise;
    const controller = new AbortController();
    const running = storage.stat(key, { signal: controller.signal });
    const reason = new Error("the caller has gone");
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(proxy.requests).toHaveLength(seen);
    await proxy.stop();
  });

  test("sends the content type with the bytes, and asks for nothing else", async () => {
    const proxy = await startFaultProxy(server.url);
    const storage = createGcsStorage({ bucket: server.bucketAt("images", proxy.url) });
    await storage.write("layers/once", pieces(randomBytes(100)), { contentType: "a/b; c=d" });
    expect(proxy.requests).toHaveLength(1);
    expect(await storage.stat("layers/once")).toMatchObject({ contentType: "a/b; c=d" });
    await proxy.stop();
  });

  test("lets two writers of the same bytes both succeed", async () => {
    const bytes = randomBytes(600_000);
    const writers = Array.from({ length: 8 }, () =>
      createGcsStorage({ bucket: server.bucketAt("images", server.url), partSize: 256 * 1024 }),
    );
    const stored = await Promise.all(
      writers.map((storage) => storeHashed(storage, pieces(bytes), { contentType: "a/b" })),
    );
    const keys = new Set(stored.map((one) => one.key));
    expect(keys.size).toBe(1);
    const read = await writers[0]?.read(stored[0]?.key ?? "");
    expect((await collect(read?.body ?? pieces(bytes, 1))).equals(bytes)).toBe(true);
  });

  test("does not show what others keep in the bucket", async () => {
    const bucket = await server.createBucket("shared", { retryOptions: {} });
    await bucket.file("layers/README.TXT").save("not ours");
    await bucket.file("other/a").save("not ours");
    const storage = createGcsStorage({ bucket });
    await storage.write(key, pieces(randomBytes(10)), { contentType: "a/b" });
    const keys: string[] = [];
    for await (const info of storage.list("")) {
      keys.push(info.key);
    }
    expect(keys).toEqual([key]);
  });
});
