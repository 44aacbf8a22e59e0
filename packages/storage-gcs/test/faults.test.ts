import { describe, expect, test } from "vitest";
import {
  objectStoreCommand,
  pieces,
  type SeenRequest,
  startFakeGcs,
  startFaultProxy,
} from "@nixery/object-stores";
import { testFaults } from "@nixery/object-stores/faults";
import { createGcsStorage } from "@nixery/storage-gcs";

const partSize = 256 * 1024;
const uploadId = ({ url }: SeenRequest): string[] => url.match(/upload_id=(\w+)/)?.slice(1) ?? [];
const isPart = (request: SeenRequest): boolean =>
  request.method === "PUT" && uploadId(request).length > 0;
const rangeOf = ({ headers }: SeenRequest): string => headers["content-range"] ?? "";

describe.skipIf(objectStoreCommand("fake-gcs-server") === undefined)(
  "the Cloud Storage backend, when",
  { timeout: 30_000 },
  () => {
    testFaults({
      partSize,
      async start() {
        const server = await startFakeGcs();
        return {
          ...server,
          open: (bucket, endpoint, idleTimeout) =>
            createGcsStorage({ bucket: server.bucketAt(bucket, endpoint), partSize, idleTimeout }),
          // The emulator does not list sessions: the requests show which ones were cancelled.
          async unfinished(_, requests) {
            const ended = requests.filter(
              (request) => request.method === "DELETE" || !rangeOf(request).endsWith("/*"),
            );
            const ids = new Set(ended.flatMap(uploadId));
            return requests
              .filter(isPart)
              .flatMap(uploadId)
              .filter((id) => !ids.has(id));
          },
        };
      },
      is: {
        upload: ({ url }) => url.includes("uploadType=multipart"),
        begin: ({ method, url }) => method === "POST" && url.includes("uploadType=resumable"),
        secondPart: (request) =>
          isPart(request) && rangeOf(request).startsWith(`bytes ${partSize}-`),
        end: (request) => isPart(request) && !rangeOf(request).endsWith("/*"),
        download: ({ method, url }) => method === "GET" && url.includes("alt=media"),
        copy: ({ url }) => url.includes("/rewriteTo/"),
      },
      responses: {
        expired: [
          { status: 401, body: JSON.stringify({ error: { message: "Invalid Credentials" } }) },
          { status: 403, body: JSON.stringify({ error: { message: "Permission denied" } }) },
        ],
        full: {
          status: 403,
          body: JSON.stringify({ error: { errors: [{ reason: "quotaExceeded" }] } }),
        },
      },
    });

    test.each([
      ["forgets an upload", 410, {}],
      ["keeps nothing of a part", 308, { range: `bytes=0-${partSize - 1}` }],
    ])("the service %s, fails the write", async (_, status, headers) => {
      const server = await startFakeGcs();
      const proxy = await startFaultProxy(server.url);
      try {
        await server.createBucket("forgotten");
        const bucket = server.bucketAt("forgotten", proxy.url);
        const storage = createGcsStorage({ bucket, partSize });
        proxy.inject({
          kind: "respond",
          status,
          headers,
          when: (request) => isPart(request) && rangeOf(request).startsWith(`bytes ${partSize}-`),
          times: 10,
        });
        const bytes = new Uint8Array(3 * partSize);
        await expect(
          storage.write("blobs/a", pieces(bytes), { contentType: "a/b" }),
        ).rejects.toMatchObject({ code: "ERR_STORAGE_UNAVAILABLE", key: "blobs/a" });
        expect(await storage.stat("blobs/a")).toBeUndefined();
      } finally {
        await proxy.stop();
        await server.stop();
      }
    });
  },
);
