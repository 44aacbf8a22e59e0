import { randomBytes } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  objectStoreCommand,
  pieces,
  type S3Server,
  type SeenRequest,
  startFaultProxy,
  startS3,
} from "@nixery/object-stores";
import { verifyStorage } from "@nixery/storage";
import { createS3Storage, type S3StorageOptions } from "@nixery/storage-s3";

const key = "leases/a";
const contentType = "a/b";
const small = randomBytes(100);

const conflict = {
  kind: "respond",
  status: 409,
  body: "<Error><Code>ConditionalRequestConflict</Code><Message>No.</Message></Error>",
  when: ({ method }: SeenRequest) => method === "PUT" || method === "DELETE",
} as const;

describe.skipIf(objectStoreCommand("versitygw") === undefined)(
  "a conditional request to S3",
  () => {
    let server: S3Server;

    beforeAll(async () => {
      server = await startS3();
    });
    afterAll(() => server.stop());

    const open = async (options: Partial<S3StorageOptions> = {}) =>
      createS3Storage({
        bucket: options.bucket ?? (await server.newBucket()),
        clientOptions: server.clientOptions(),
        ...options,
      });

    test("is sent again after a conflict", async () => {
      const proxy = await startFaultProxy(server.url);
      const storage = await open({ clientOptions: server.clientOptions({ endpoint: proxy.url }) });
      proxy.inject({ ...conflict, times: 2 });
      const created = await storage.create?.(key, pieces(small), { contentType });
      expect(created).toMatchObject({ key, version: (await storage.stat(key))?.version });
      proxy.inject({ ...conflict, times: 2 });
      expect(await storage.removeVersion?.(key, created?.version ?? "")).toBe(true);
      expect(proxy.pending).toBe(0);
      await proxy.stop();
    });

    test("fails after many conflicts", async () => {
      const proxy = await startFaultProxy(server.url);
      const storage = await open({ clientOptions: server.clientOptions({ endpoint: proxy.url }) });
      proxy.inject({ ...conflict, times: 1000 });
      await expect(storage.create?.(key, pieces(small), { contentType })).rejects.toMatchObject({
        code: "ERR_STORAGE_UNAVAILABLE",
        key,
      });
      expect(proxy.requests.length).toBeLessThan(20);
      await proxy.stop();
    });

    test.each(["*", "", '"a", "b"', 'W/"a"', "a\nb"])(
      "never matches the version %j",
      async (version) => {
        const storage = await open();
        await storage.write(key, pieces(small), { contentType });
        expect(
          await storage.replace?.(key, version, pieces(small), { contentType }),
        ).toBeUndefined();
        expect(await storage.removeVersion?.(key, version)).toBe(false);
        expect(await storage.stat(key)).toBeDefined();
      },
    );

    test("for a missing object does nothing, though the server reports a removal", async () => {
      const storage = await open();
      const { version = "" } = await storage.write(key, pieces(small), { contentType });
      await storage.remove(key);
      expect(await storage.removeVersion?.(key, version)).toBe(false);
      expect(await storage.replace?.(key, version, pieces(small), { contentType })).toBeUndefined();
      expect(await storage.stat(key)).toBeUndefined();
    });

    test("that is refused after an upload in parts cancels the upload", async () => {
      const bucket = await server.newBucket();
      const storage = await open({ bucket, partSize: 5 * 1024 * 1024 });
      await storage.write(key, pieces(small), { contentType });
      const large = randomBytes(6 * 1024 * 1024);
      expect(await storage.create?.(key, pieces(large), { contentType })).toBeUndefined();
      expect(await storage.stat(key)).toMatchObject({ size: small.byteLength });
      expect(await server.unfinishedUploads(bucket)).toEqual([]);
    });

    test("of a move leaves an object that replaced the copied one", async () => {
      const client = new S3Client(server.clientOptions());
      const storage = await open({ client });
      await storage.write("staging/a", pieces(small), { contentType });
      let copies = 0;
      client.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            const result = await next(args);
            if (commandName === "CopyObjectCommand") {
              copies += 1;
              await storage.write("staging/a", pieces(randomBytes(50)), { contentType });
            }
            return result;
          },
        { step: "initialize" },
      );
      await storage.move("staging/a", key);
      expect(copies).toBe(1);
      expect(await storage.stat(key)).toMatchObject({ size: 100 });
      expect(await storage.stat("staging/a")).toMatchObject({ size: 50 });
      client.destroy();
    });

    test.each([
      [400, "InvalidArgument"],
      [501, "NotImplemented"],
    ])(
      "of a move is sent without its condition when the server responds %i",
      async (...refusal) => {
        const [status, code] = refusal;
        const proxy = await startFaultProxy(server.url);
        const storage = await open({
          clientOptions: server.clientOptions({ endpoint: proxy.url }),
        });
        await storage.write("staging/a", pieces(small), { contentType });
        proxy.inject({
          kind: "respond",
          status,
          body: `<Error><Code>${code}</Code><Message>A header.</Message></Error>`,
          when: ({ method, headers }) => method === "DELETE" && "if-match" in headers,
        });
        await storage.move("staging/a", key);
        expect(proxy.pending).toBe(0);
        expect(await storage.stat(key)).toMatchObject({ size: 100 });
        expect(await storage.stat("staging/a")).toBeUndefined();
        await proxy.stop();
      },
    );

    test("whose condition the server ignores is found by verifyStorage", async () => {
      const client = new S3Client(server.clientOptions());
      // As MinIO does.
      client.middlewareStack.add(
        (next, { commandName }) =>
          async (args) =>
            await next(
              commandName === "DeleteObjectCommand"
                ? { ...args, input: { ...args.input, IfMatch: undefined } }
                : args,
            ),
        { step: "initialize" },
      );
      const { storage, ignoredConditions } = await verifyStorage(await open({ client }));
      expect(ignoredConditions).toEqual(["removeVersion"]);
      expect("removeVersion" in storage).toBe(false);
      client.destroy();
    });
  },
);
