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
  writeStaged,
} from "@nixery/object-stores";
import { verifyStorage } from "@nixery/storage";
import { createGcsStorage } from "@nixery/storage-gcs";

const account = createServiceAccount();
const { clientOptions } = account;
const key = "blobs/a";

/** The account's key in the service's own format. */
async function writeKeyFile(directory: string): Promise<string> {
  const file = join(directory, "key.json");
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
    { signedUrlLifetime: 999 },
    { signedUrlLifetime: 604_800_001 },
  ])("rejects the option %o", (options) => {
    const create = () => createGcsStorage({ bucket: "images", ...options });
    const [[option, value] = []] = Object.entries(options);
    expect(create).toThrow(
      expect.objectContaining({
        code: "ERR_STORAGE_INVALID_OPTION",
        message: expect.stringContaining(`Invalid ${option} ${value} of gcs:images. Use`),
      }),
    );
  });

  test("is named after the bucket and the directory", () => {
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

  test("is signed by the account's key", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-04T05:06:07.891Z") });
    const storage = createGcsStorage({
      bucket: "images",
      prefix: "some directory",
      clientOptions,
      signedUrlLifetime: 90_900,
    });
    const redirect = await storage.redirect?.(key);
    const url = redirect?.url ?? new URL("http://nothing");
    expect(redirect?.expires).toEqual(new Date("2026-03-04T05:07:37.000Z"));
    expect(`${url.origin}${url.pathname}`).toBe(
      "https://storage.googleapis.com/images/some%20directory/blobs/a",
    );
    const { "X-Goog-Signature": signature = "", ...query } = Object.fromEntries(url.searchParams);
    expect(query).toEqual({
      "X-Goog-Algorithm": "GOOG4-RSA-SHA256",
      "X-Goog-Credential": "signer@test.example/20260304/auto/storage/goog4_request",
      "X-Goog-Date": "20260304T050607Z",
      "X-Goog-Expires": "90",
      "X-Goog-SignedHeaders": "host",
    });
    // The canonical request by the service's documentation.
    const canonical = [
      "GET",
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

  test("is the one that the client library makes of a key file", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-04T05:06:07Z") });
    const directory = await mkdtemp(join(tmpdir(), "nixery-gcs-"));
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", await writeKeyFile(directory));
    const storage = createGcsStorage({ bucket: "images", signedUrlLifetime: 300_000 });
    const [theirs] = await new GoogleStorage()
      .bucket("images")
      .file(key)
      .getSignedUrl({ version: "v4", action: "read", expires: Date.now() + 300_000 });
    const ours = await storage.redirect?.(key);
    expect(ours?.url.href).toBe(theirs);
    await rm(directory, { recursive: true });
  });

  test("is absent by option, and plain for a public bucket", async () => {
    const never = createGcsStorage({ bucket: "images", clientOptions, redirect: "never" });
    expect("redirect" in never).toBe(false);
    const open = createGcsStorage({ bucket: "images", clientOptions, redirect: "public" });
    expect(await open.redirect?.(key)).toEqual({
      url: new URL("https://storage.googleapis.com/images/blobs/a"),
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
    await expect(verifyStorage(storage)).resolves.toMatchObject({ ignoredConditions: [] });
  });

  test.each([
    ["a missing bucket", () => server.bucketAt("nothing", server.url), /Not Found/],
    [
      "an endpoint without a server",
      () => server.bucketAt("images", new URL("http://127.0.0.1:9")),
      /ECONNREFUSED/,
    ],
    [
      "a missing key file",
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
      expect.stringMatching(/^Cannot list objects in gcs:\w+: [^\n]+\. Check [^\n]+\.$/),
    );
  });

  test("passes the service's message about a missing bucket on", async () => {
    const proxy = await startFaultProxy(server.url);
    const body = JSON.stringify({ error: { message: "The specified bucket does not exist." } });
    proxy.inject({ kind: "respond", status: 404, body, when: () => true, times: 3 });
    const storage = createGcsStorage({ bucket: server.bucketAt("images", proxy.url) });
    const message = expect.stringContaining("The specified bucket does not exist");
    await expect(storage.stat(key)).rejects.toMatchObject({ message });
    await expect(storage.read(key)).rejects.toMatchObject({ message });
    await expect(storage.remove(key)).rejects.toMatchObject({ message });
    await proxy.stop();
  });

  test("sends its token with every request, and does not wait for one after an abort", async () => {
    const proxy = await startFaultProxy(server.url);
    const bucket = server.bucketAt("images", proxy.url, { useAuthWithCustomEndpoint: true });
    const { authClient } = bucket.storage;
    authClient.getRequestHeaders = async () => new Headers({ authorization: "Bearer token" });
    const storage = createGcsStorage({ bucket, partSize: 256 * 1024 });
    await writeStaged(storage, key, randomBytes(600_000), "a/b");
    const tokens = new Set(proxy.requests.map(({ headers }) => headers.authorization));
    expect([...tokens]).toEqual(["Bearer token"]);

    const seen = proxy.requests.length;
    authClient.getRequestHeaders = () => Promise.withResolvers<never>().promise;
    const controller = new AbortController();
    const running = storage.stat(key, { signal: controller.signal });
    const reason = new Error("the caller aborted");
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(proxy.requests).toHaveLength(seen);
    await proxy.stop();
  });

  test("sends one request with the content type and the bytes", async () => {
    const proxy = await startFaultProxy(server.url);
    const storage = createGcsStorage({ bucket: server.bucketAt("images", proxy.url) });
    await storage.write("blobs/once", pieces(randomBytes(100)), { contentType: "a/b; c=d" });
    expect(proxy.requests).toHaveLength(1);
    expect(await storage.stat("blobs/once")).toMatchObject({ contentType: "a/b; c=d" });
    await proxy.stop();
  });

  test("lets two writers of the same bytes both succeed", async () => {
    const bytes = randomBytes(600_000);
    const writers = Array.from({ length: 8 }, () =>
      createGcsStorage({ bucket: server.bucketAt("images", server.url), partSize: 256 * 1024 }),
    );
    await Promise.all(writers.map((storage) => writeStaged(storage, key, bytes, "a/b")));
    const read = await writers[0]?.read(key);
    expect((await collect(read?.body ?? pieces(bytes, 1))).equals(bytes)).toBe(true);
  });

  test("does not list objects of others in the bucket", async () => {
    const bucket = await server.createBucket("shared", { retryOptions: {} });
    await bucket.file("blobs/README.TXT").save("of others");
    await bucket.file("blobs/other/a").save("of others");
    const storage = createGcsStorage({ bucket });
    await storage.write(key, pieces(randomBytes(10)), { contentType: "a/b" });
    const keys: string[] = [];
    for await (const info of storage.list("")) {
      keys.push(info.key);
    }
    expect(keys).toEqual([key]);
  });
});
