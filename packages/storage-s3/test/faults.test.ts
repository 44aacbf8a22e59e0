import { describe } from "vitest";
import { objectStoreCommand, type SeenRequest, startS3 } from "@nixery/object-stores";
import { testFaults } from "@nixery/object-stores/faults";
import { createS3Storage } from "@nixery/storage-s3";

const partSize = 5 * 1024 * 1024;

function errorOf(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>No.</Message></Error>`;
}

const isPut = ({ method, url }: SeenRequest): boolean =>
  method === "PUT" && !/partNumber=/.test(url);
const isCopy = ({ headers }: SeenRequest): boolean => "x-amz-copy-source" in headers;

describe.skipIf(objectStoreCommand("versitygw") === undefined)(
  "the S3 backend, when",
  { timeout: 30_000 },
  () => {
    testFaults({
      partSize,
      async start() {
        const server = await startS3();
        return {
          ...server,
          open: (bucket, endpoint, idleTimeout) =>
            createS3Storage({
              bucket,
              clientOptions: server.clientOptions({ endpoint }),
              partSize,
              idleTimeout,
            }),
          unfinished: (bucket) => server.unfinishedUploads(bucket),
        };
      },
      is: {
        upload: (request) => isPut(request) && !isCopy(request),
        begin: ({ method, url }) => method === "POST" && url.includes("uploads"),
        secondPart: ({ method, url }) => method === "PUT" && url.includes("partNumber=2"),
        end: ({ method, url }) => method === "POST" && url.includes("uploadId="),
        download: ({ url }) => url.includes("GetObject"),
        copy: isCopy,
      },
      responses: {
        expired: [
          { status: 400, body: errorOf("ExpiredToken") },
          { status: 403, body: errorOf("AccessDenied") },
        ],
        full: { status: 507, body: errorOf("InsufficientStorage") },
      },
    });
  },
);
