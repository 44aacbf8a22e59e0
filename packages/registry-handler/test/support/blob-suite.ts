import { describe, expect, test } from "vitest";
import { ociMediaTypes, sha256Digest } from "@nixery/manifest";
import { faults } from "./fixture.ts";
import { expectError, type Subject } from "./subject.ts";
import type { TestRequest } from "./test-server.ts";

const rangeIf = (tag: string): TestRequest["headers"] => ({ range: "bytes=0-9", "if-range": tag });

/** Blobs, whole and in parts. */
export function blobSuite(subject: Subject): void {
  describe("blobs", () => {
    test("whole", async () => {
      const response = await subject.get(`/v2/shell/git/blobs/${subject.fixture.layerDigest}`);
      expect(response).toMatchObject({
        status: 200,
        headers: {
          "content-type": ociMediaTypes.layer.gzip,
          "content-length": String(subject.fixture.layer.length),
          "docker-content-digest": subject.fixture.layerDigest,
          "accept-ranges": "bytes",
          etag: `"${subject.fixture.layerDigest}"`,
          "x-content-type-options": "nosniff",
        },
      });
      expect(sha256Digest(response.body)).toBe(subject.fixture.layerDigest);
    });

    test("HEAD", async () => {
      const response = await subject.head(`/v2/shell/git/blobs/${subject.fixture.layerDigest}`, {
        range: "bytes=0-9",
      });
      expect(response).toMatchObject({
        status: 200,
        headers: {
          "content-length": String(subject.fixture.layer.length),
          "docker-content-digest": subject.fixture.layerDigest,
          "accept-ranges": "bytes",
        },
      });
      expect(response.body).toHaveLength(0);
    });

    const size = 300_000;
    test.each([
      ["bytes=500-1499", 500, 1499],
      ["bytes=500-", 500, size - 1],
      ["bytes=-500", size - 500, size - 1],
      ["bytes=299000-999999", 299_000, size - 1],
      ["bytes=0-0", 0, 0],
      ["bytes=-999999", 0, size - 1],
      ["BYTES=1-2", 1, 2],
      [`bytes=0-${"9".repeat(40)}`, 0, size - 1],
    ])("Range: %s", async (range, first, last) => {
      const response = await subject.get(`/v2/git/blobs/${subject.fixture.layerDigest}`, { range });
      expect(response).toMatchObject({
        status: 206,
        headers: {
          "content-range": `bytes ${first}-${last}/${size}`,
          "content-length": String(last - first + 1),
          "docker-content-digest": subject.fixture.layerDigest,
        },
      });
      expect(
        Buffer.from(response.body).equals(subject.fixture.layer.subarray(first, last + 1)),
      ).toBe(true);
    });

    test.each(["bytes=500-0", `bytes=${size}-`, "bytes=-0", `bytes=${"9".repeat(40)}-`])(
      "Range: %s cannot be had",
      async (range) => {
        const response = await subject.get(`/v2/git/blobs/${subject.fixture.layerDigest}`, {
          range,
        });
        expect(response).toMatchObject({
          status: 416,
          headers: { "content-range": `bytes */${size}` },
        });
        expectError(response, 416, "UNSUPPORTED");
      },
    );

    test.each(["bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "0-1"])(
      "Range: %s means the whole",
      async (range) => {
        const response = await subject.get(`/v2/git/blobs/${subject.fixture.layerDigest}`, {
          range,
        });
        expect(response.status).toBe(200);
        expect(response.body).toHaveLength(size);
      },
    );

    test("If-Range of another blob means the whole", async () => {
      const target = `/v2/git/blobs/${subject.fixture.layerDigest}`;
      expect((await subject.get(target, rangeIf(`"${subject.fixture.layerDigest}"`))).status).toBe(
        206,
      );
      expect((await subject.get(target, rangeIf('"other"'))).status).toBe(200);
    });

    test("a client that has it is told so", async () => {
      const etag = `"${subject.fixture.layerDigest}"`;
      const response = await subject.get(`/v2/git/blobs/${subject.fixture.layerDigest}`, {
        "if-none-match": etag,
      });
      expect(response).toMatchObject({ status: 304, headers: { etag } });
    });
  });

  describe("a storage that fails half-way", () => {
    test.each(["cut", "short"] as const)("cuts the answer off: %s", async (fault) => {
      subject.fixture.events.length = 0;
      await expect(subject.get(`/v2/git/blobs/${faults[fault]}`)).rejects.toThrow(
        /aborted|hunter2|bytes/,
      );
      expect(subject.fixture.events).toContainEqual(
        expect.objectContaining({ type: "request-failed", during: "body" }),
      );
    });
  });
}
