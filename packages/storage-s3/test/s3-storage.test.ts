import { randomBytes } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  collect,
  objectStoreCommand,
  pieces,
  type S3Server,
  startFaultProxy,
  startS3,
} from "@nixery/object-stores";
import { type Redirect, storeHashed, verifyStorage } from "@nixery/storage";
import { createS3Storage, type S3StorageOptions } from "@nixery/storage-s3";

const key = "layers/a";
const mebibyte = 1024 * 1024;
const credentials = { accessKeyId: "id", secretAccessKey: "the-secret" };
const clientOptions = { region: "eu-central-1", credentials };

async function redirectOf(options: Partial<S3StorageOptions>): Promise<Redirect | undefined> {
  return createS3Storage({ bucket: "images", clientOptions, ...options }).redirect?.(key);
}

describe("createS3Storage", () => {
  test.each([
    { partSize: 1000 },
    { copyPartSize: 5121 * mebibyte },
    { parallelParts: 0 },
    { signedUrlLifetime: 604_801 },
  ])("refuses %o", (options) => {
    expect(() => createS3Storage({ bucket: "images", clientOptions, ...options })).toThrow(
      RangeError,
    );
  });

  test("is named after the bucket and the folder", () => {
    expect(createS3Storage({ bucket: "images", clientOptions }).name).toBe("s3:images");
    expect(createS3Storage({ bucket: "images", clientOptions, prefix: "/a/b/" }).name).toBe(
      "s3:images/a/b",
    );
  });
});

describe("a URL of an S3 object", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("ends when it says, and holds no secret", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-04T05:06:07.891Z") });
    const redirect = await redirectOf({ signedUrlLifetime: 90 });
    expect(redirect?.expires).toEqual(new Date("2026-03-04T05:07:37.000Z"));
    expect(redirect?.url.searchParams.get("X-Amz-Date")).toBe("20260304T050607Z");
    expect(redirect?.url.searchParams.get("X-Amz-Expires")).toBe("90");
    expect(redirect?.url.href).not.toContain("the-secret");
  });

  test("ends with the credentials that signed it", async () => {
    const expiration = new Date(Date.now() + 60_000);
    const redirect = await redirectOf({
      clientOptions: { ...clientOptions, credentials: { ...credentials, expiration } },
    });
    expect(redirect?.expires).toEqual(expiration);
  });

  test("is absent by option, and plain for a public bucket", async () => {
    const never = createS3Storage({ bucket: "images", clientOptions, redirect: "never" });
    expect("redirect" in never).toBe(false);
    expect(await redirectOf({ redirect: "public" })).toEqual({
      url: new URL("https://images.s3.eu-central-1.amazonaws.com/layers/a"),
    });
  });

  test("is where clients reach the service", async () => {
    const inside = { ...clientOptions, endpoint: "http://minio:9000" };
    const redirect = await redirectOf({
      clientOptions: inside,
      redirectEndpoint: "https://images.example.com",
    });
    expect(redirect?.url.href).toMatch(/^https:\/\/images\.example\.com\/images\/layers\/a\?/);
  });
});

describe.skipIf(objectStoreCommand("versitygw") === undefined)("S3", () => {
  let server: S3Server;
  const open = (options: Partial<S3StorageOptions> = {}) =>
    createS3Storage({ bucket: "images", clientOptions: server.clientOptions(), ...options });

  beforeAll(async () => {
    server = await startS3();
    await server.createBucket("images");
  });
  afterAll(() => server.stop());
  afterEach(() => {
    vi.useRealTimers();
  });

  test("passes verifyStorage", async () => {
    await expect(verifyStorage(open())).resolves.toBeUndefined();
  });

  test.each([
    ["a bucket that is not there", () => open({ bucket: "nothing" }), /NoSuchBucket/],
    [
      "an account that may not",
      () => open({ clientOptions: server.clientOptions({ account: server.stranger }) }),
      /AccessDenied/,
    ],
    [
      "an account that is not there",
      () => open({ clientOptions: server.clientOptions({ account: credentials }) }),
      /InvalidAccessKeyId/,
    ],
    [
      "a wrong secret",
      () =>
        open({
          clientOptions: server.clientOptions({
            account: { ...server.owner, secretAccessKey: "the-secret" },
          }),
        }),
      /SignatureDoesNotMatch/,
    ],
    [
      "an endpoint where nobody listens",
      () =>
        open({ clientOptions: server.clientOptions({ endpoint: new URL("http://127.0.0.1:9") }) }),
      /ECONNREFUSED/,
    ],
    [
      "credentials that cannot be had",
      () =>
        open({
          clientOptions: {
            ...server.clientOptions(),
            credentials: () =>
              Promise.reject(
                Object.assign(new Error("no profile"), { name: "CredentialsProviderError" }),
              ),
          },
        }),
      /no profile/,
    ],
  ])("verifyStorage names %s in one line", async (_, create, pattern) => {
    const error: unknown = await verifyStorage(create()).catch((reason: unknown) => reason);
    expect(error).toHaveProperty("message", expect.stringMatching(pattern));
    expect(error).toHaveProperty("message", expect.not.stringContaining("the-secret"));
    expect(error).toHaveProperty(
      "message",
      expect.stringMatching(/^s3:\w+ could not list its objects: [^\n]+; check [^\n]+$/),
    );
  });

  test("does not take a URL after its end", async () => {
    const storage = open({ signedUrlLifetime: 300 });
    await storage.write(key, pieces(randomBytes(10)), { contentType: "a/b" });
    const statusOf = async (): Promise<number> => {
      const { url } = (await storage.redirect?.(key)) ?? {};
      return (await fetch(url ?? server.url)).status;
    };
    expect(await statusOf()).toBe(200);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 301_000 });
    expect(await statusOf()).toBe(403);
  });

  test("sends the content type with the bytes, and asks for nothing else", async () => {
    const proxy = await startFaultProxy(server.url);
    const storage = open({ clientOptions: server.clientOptions({ endpoint: proxy.url }) });
    await storage.write("layers/once", pieces(randomBytes(100)), { contentType: "a/b; c=d" });
    expect(proxy.requests).toHaveLength(1);
    expect(proxy.requests[0]?.headers).toHaveProperty("x-amz-checksum-crc32");
    expect(await storage.stat("layers/once")).toMatchObject({ contentType: "a/b; c=d" });
    await proxy.stop();
  });

  test("works without checksums, for servers that refuse them", async () => {
    const proxy = await startFaultProxy(server.url);
    const storage = open({
      clientOptions: {
        ...server.clientOptions({ endpoint: proxy.url }),
        requestChecksumCalculation: "WHEN_REQUIRED",
        responseChecksumValidation: "WHEN_REQUIRED",
      },
      partSize: 5 * mebibyte,
    });
    const bytes = randomBytes(6 * mebibyte);
    const { key: stored } = await storeHashed(storage, pieces(bytes), { contentType: "a/b" });
    const read = await storage.read(stored);
    expect((await collect(read?.body ?? pieces(bytes, 1))).equals(bytes)).toBe(true);
    const names = proxy.requests.flatMap(({ headers }) => Object.keys(headers));
    expect(names.filter((name) => name.includes("checksum"))).toEqual([]);
    await proxy.stop();
  });

  test("moves an object that is larger than one copy may be", async () => {
    const proxy = await startFaultProxy(server.url);
    const storage = open({
      clientOptions: server.clientOptions({ endpoint: proxy.url }),
      copyPartSize: 5 * mebibyte,
    });
    const bytes = randomBytes(12 * mebibyte);
    await storage.write("staging/large", pieces(bytes, mebibyte), { contentType: "a/b" });
    await storage.move("staging/large", "layers/large");
    const copies = proxy.requests.filter(({ headers }) => "x-amz-copy-source" in headers);
    const ranges = new Set(copies.map(({ headers }) => headers["x-amz-copy-source-range"]));
    expect(ranges).toEqual(
      new Set(["bytes=0-5242879", "bytes=5242880-10485759", "bytes=10485760-12582911"]),
    );
    const read = await storage.read("layers/large");
    expect(read?.info).toMatchObject({ size: bytes.byteLength, contentType: "a/b" });
    expect((await collect(read?.body ?? pieces(bytes, 1))).equals(bytes)).toBe(true);
    expect(await storage.stat("staging/large")).toBeUndefined();
    await proxy.stop();
  });

  test("lets two writers of the same bytes both succeed", async () => {
    const bytes = randomBytes(6 * mebibyte);
    const writers = Array.from({ length: 4 }, () => open({ partSize: 5 * mebibyte }));
    const stored = await Promise.all(
      writers.map((storage) => storeHashed(storage, pieces(bytes), { contentType: "a/b" })),
    );
    expect(new Set(stored.map((one) => one.key)).size).toBe(1);
    const read = await writers[0]?.read(stored[0]?.key ?? "");
    expect((await collect(read?.body ?? pieces(bytes, 1))).equals(bytes)).toBe(true);
    expect(await server.unfinishedUploads("images")).toEqual([]);
  });

  test("does not show what others keep in the bucket", async () => {
    await server.createBucket("shared");
    const client = new S3Client(server.clientOptions());
    await client.send(
      new PutObjectCommand({ Bucket: "shared", Key: "layers/README.TXT", Body: "text" }),
    );
    await client.send(new PutObjectCommand({ Bucket: "shared", Key: "other/a", Body: "text" }));
    client.destroy();
    const storage = open({ bucket: "shared" });
    await storage.write(key, pieces(randomBytes(10)), { contentType: "a/b" });
    const keys: string[] = [];
    for await (const info of storage.list("")) {
      keys.push(info.key);
    }
    expect(keys).toEqual([key]);
  });
});
