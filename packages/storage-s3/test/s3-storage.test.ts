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
  writeStaged,
} from "@nixery/object-stores";
import { type Redirect, verifyStorage } from "@nixery/storage";
import { createS3Storage, type S3StorageOptions } from "@nixery/storage-s3";

const key = "blobs/a";
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
    { signedUrlLifetime: 999 },
    { signedUrlLifetime: 604_800_001 },
  ])("rejects the option %o", (options) => {
    const create = () => createS3Storage({ bucket: "images", clientOptions, ...options });
    const [[option, value] = []] = Object.entries(options);
    expect(create).toThrow(
      expect.objectContaining({
        code: "ERR_STORAGE_INVALID_OPTION",
        message: expect.stringContaining(`Invalid ${option} ${value} of s3:images. Use`),
      }),
    );
  });

  test("is named after the bucket and the directory", () => {
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

  test("expires at the announced time, and contains no secret", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-03-04T05:06:07.891Z") });
    const redirect = await redirectOf({ signedUrlLifetime: 90_900 });
    expect(redirect?.expires).toEqual(new Date("2026-03-04T05:07:37.000Z"));
    expect(redirect?.url.searchParams.get("X-Amz-Date")).toBe("20260304T050607Z");
    expect(redirect?.url.searchParams.get("X-Amz-Expires")).toBe("90");
    expect(redirect?.url.href).not.toContain("the-secret");
  });

  test("expires with the credentials that signed it", async () => {
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
      url: new URL("https://images.s3.eu-central-1.amazonaws.com/blobs/a"),
    });
  });

  test("is where clients reach the service", async () => {
    const inside = { ...clientOptions, endpoint: "http://minio:9000" };
    const redirect = await redirectOf({
      clientOptions: inside,
      redirectEndpoint: "https://images.example.com",
    });
    expect(redirect?.url.href).toMatch(/^https:\/\/images\.example\.com\/images\/blobs\/a\?/);
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
    await expect(verifyStorage(open())).resolves.toMatchObject({ ignoredConditions: [] });
  });

  test.each([
    ["a missing bucket", () => open({ bucket: "nothing" }), /NoSuchBucket/],
    [
      "an account without permissions",
      () => open({ clientOptions: server.clientOptions({ account: server.stranger }) }),
      /AccessDenied/,
    ],
    [
      "an unknown account",
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
      "an endpoint without a server",
      () =>
        open({ clientOptions: server.clientOptions({ endpoint: new URL("http://127.0.0.1:9") }) }),
      /ECONNREFUSED/,
    ],
    [
      "missing credentials",
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
      expect.stringMatching(/^Cannot list objects in s3:\w+: [^\n]+\. Check [^\n]+\.$/),
    );
  });

  test("rejects an expired URL", async () => {
    const storage = open({ signedUrlLifetime: 300_000 });
    await storage.write(key, pieces(randomBytes(10)), { contentType: "a/b" });
    const statusOf = async (): Promise<number> => {
      const { url } = (await storage.redirect?.(key)) ?? {};
      return (await fetch(url ?? server.url)).status;
    };
    expect(await statusOf()).toBe(200);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 301_000 });
    expect(await statusOf()).toBe(403);
  });

  test("sends one request with the content type and the bytes", async () => {
    const proxy = await startFaultProxy(server.url);
    const storage = open({ clientOptions: server.clientOptions({ endpoint: proxy.url }) });
    await storage.write("blobs/once", pieces(randomBytes(100)), { contentType: "a/b; c=d" });
    expect(proxy.requests).toHaveLength(1);
    expect(proxy.requests[0]?.headers).toHaveProperty("x-amz-checksum-crc32");
    expect(await storage.stat("blobs/once")).toMatchObject({ contentType: "a/b; c=d" });
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
    await writeStaged(storage, key, bytes, "a/b");
    const read = await storage.read(key);
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
    await storage.move("staging/large", "blobs/large");
    const copies = proxy.requests.filter(({ headers }) => "x-amz-copy-source" in headers);
    const ranges = new Set(copies.map(({ headers }) => headers["x-amz-copy-source-range"]));
    expect(ranges).toEqual(
      new Set(["bytes=0-5242879", "bytes=5242880-10485759", "bytes=10485760-12582911"]),
    );
    const read = await storage.read("blobs/large");
    expect(read?.info).toMatchObject({ size: bytes.byteLength, contentType: "a/b" });
    expect((await collect(read?.body ?? pieces(bytes, 1))).equals(bytes)).toBe(true);
    expect(await storage.stat("staging/large")).toBeUndefined();
    await proxy.stop();
  });

  test("lets two writers of the same bytes both succeed", async () => {
    const bytes = randomBytes(6 * mebibyte);
    const writers = Array.from({ length: 4 }, () => open({ partSize: 5 * mebibyte }));
    await Promise.all(writers.map((storage) => writeStaged(storage, key, bytes, "a/b")));
    const read = await writers[0]?.read(key);
    expect((await collect(read?.body ?? pieces(bytes, 1))).equals(bytes)).toBe(true);
    expect(await server.unfinishedUploads("images")).toEqual([]);
  });

  test("does not list objects of others in the bucket", async () => {
    await server.createBucket("shared");
    const client = new S3Client(server.clientOptions());
    await client.send(
      new PutObjectCommand({ Bucket: "shared", Key: "blobs/README.TXT", Body: "text" }),
    );
    await client.send(
      new PutObjectCommand({ Bucket: "shared", Key: "blobs/other/a", Body: "text" }),
    );
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
