import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerMediaTypes, ociMediaTypes, sha256Digest } from "@nixery/manifest";
import type { RegistryHandler } from "@nixery/registry-handler";
import { createFixture, digestOf, faults, type Fixture, secret } from "./fixture.ts";
import { otherPage } from "./servers.ts";
import type { TestRequest, TestResponse, TestServer } from "./test-server.ts";

const text = ({ body }: TestResponse): string => new TextDecoder().decode(body);
const json = (response: TestResponse): unknown => JSON.parse(text(response));
const nowhere = digestOf("nothing");

function expectError(response: TestResponse, status: number, code: string): void {
  expect(json(response)).toMatchObject({ errors: [{ code }] });
  expect(response).toMatchObject({
    status,
    headers: {
      "content-type": "application/json",
      "content-length": String(response.body.length),
      "docker-distribution-api-version": "registry/2.0",
    },
  });
}

const rangeIf = (tag: string): TestRequest["headers"] => ({ range: "bytes=0-9", "if-range": tag });

/** What every registry has to answer, on whatever server it runs. */
export function registrySuite(
  name: string,
  start: (handler: RegistryHandler) => Promise<TestServer>,
): void {
  describe(name, () => {
    let fixture: Fixture;
    let server: TestServer;

    beforeAll(async () => {
      fixture = await createFixture();
      server = await start(fixture.handler);
    });

    afterAll(() => server.close());

    const get = (target: string, headers?: TestRequest["headers"]): Promise<TestResponse> =>
      server.request(target, { headers });
    const head = (target: string, headers?: TestRequest["headers"]): Promise<TestResponse> =>
      server.request(target, { method: "HEAD", headers });

    describe("the base", () => {
      test.each(["/v2/", "/v2", "/v2/?ns=docker.io"])(
        "%s says that this is a registry",
        async (target) => {
          const response = await get(target);
          expect(response).toMatchObject({
            status: 200,
            headers: {
              "content-type": "application/json",
              "content-length": "2",
              "docker-distribution-api-version": "registry/2.0",
            },
          });
          expect(text(response)).toBe("{}");
          const empty = await head(target);
          expect(empty).toMatchObject({ status: 200, headers: { "content-length": "2" } });
          expect(empty.body).toHaveLength(0);
        },
      );

      test("other paths stay with the application", async () => {
        for (const target of ["/", "/v2x/", "/healthz", "/v"]) {
          expect(text(await get(target))).toBe(otherPage);
        }
      });
    });

    describe("manifests", () => {
      test("by tag", async () => {
        const response = await get("/v2/shell/git/manifests/latest");
        const { digest, size } = fixture.oci.descriptor;
        expect(response).toMatchObject({
          status: 200,
          headers: {
            "content-type": ociMediaTypes.manifest,
            "content-length": String(size),
            "docker-content-digest": digest,
            "docker-distribution-api-version": "registry/2.0",
            etag: `"${digest}"`,
            vary: "Accept",
          },
        });
        expect(response.headers["content-encoding"]).toBeUndefined();
        expect(response.headers["transfer-encoding"]).toBeUndefined();
        expect(sha256Digest(response.body)).toBe(digest);
        expect(fixture.requests.at(-1)).toEqual({
          name: "shell/git",
          tag: "latest",
          format: "oci",
        });
      });

      test.each(["latest", "by digest"])("HEAD says what GET says: %s", async (kind) => {
        const reference = kind === "latest" ? kind : fixture.oci.descriptor.digest;
        const target = `/v2/shell/git/manifests/${reference}`;
        const [whole, empty] = [await get(target), await head(target)];
        const { date: _one, connection: _two, "keep-alive": _three, ...expected } = whole.headers;
        expect(empty.status).toBe(200);
        expect(empty.headers).toMatchObject(expected);
        expect(empty.headers["content-length"]).toBe(String(whole.body.length));
        expect(empty.body).toHaveLength(0);
      });

      test.each(["oci", "docker"] as const)(
        "by digest, whatever is accepted: %s",
        async (format) => {
          const { descriptor } = fixture[format];
          const response = await get(`/v2/shell/git/manifests/${descriptor.digest}`, {
            accept: "text/plain",
          });
          expect(response).toMatchObject({
            status: 200,
            headers: {
              "content-type": descriptor.mediaType,
              "docker-content-digest": descriptor.digest,
            },
          });
          expect(response.headers["vary"] ?? "").not.toMatch(/accept(?!-)/i);
          expect(sha256Digest(response.body)).toBe(descriptor.digest);
        },
      );

      const ociOnly = `${ociMediaTypes.index}, ${ociMediaTypes.manifest}`;
      const dockerOnly = `${dockerMediaTypes.manifest},${dockerMediaTypes.index}, application/vnd.docker.distribution.manifest.v1+prettyjws`;
      test.each([
        ["*/*", "oci"],
        ["application/json", "oci"],
        [ociOnly, "oci"],
        [`${dockerOnly}, ${ociOnly}`, "oci"],
        [dockerOnly, "docker"],
        [`${dockerOnly}, */*;q=0.1`, "docker"],
        [dockerMediaTypes.manifest.toUpperCase(), "docker"],
        [`${dockerOnly}, ${ociMediaTypes.manifest};q=0`, "docker"],
      ] as const)("Accept: %s is answered in %s", async (accept, format) => {
        const response = await get("/v2/shell/git/manifests/latest", { accept });
        expect(response.headers["content-type"]).toBe(fixture[format].descriptor.mediaType);
        expect(sha256Digest(response.body)).toBe(fixture[format].descriptor.digest);
      });

      test.each(["latest", "by digest"])("a client that has it is told so: %s", async (kind) => {
        const { digest } = fixture.oci.descriptor;
        const target = `/v2/shell/git/manifests/${kind === "latest" ? kind : digest}`;
        for (const condition of [`"${digest}"`, `"other", W/"${digest}"`, "*"]) {
          const response = await get(target, { "if-none-match": condition });
          expect(response).toMatchObject({ status: 304, headers: { etag: `"${digest}"` } });
          expect(response.body).toHaveLength(0);
        }
        expect((await get(target, { "if-none-match": '"other"' })).status).toBe(200);
      });

      test.each([
        ["?ns=docker.io", "shell/git"],
        ["?ns=a&ns=b&&=&%", "shell/git"],
      ])("the query %s changes nothing", async (query, image) => {
        const response = await get(`/v2/${image}/manifests/latest${query}`);
        expect(response.status).toBe(200);
        expect(fixture.requests.at(-1)?.name).toBe(image);
      });

      test("names may hold the names of endpoints, and be percent-encoded", async () => {
        for (const [written, image] of [
          ["blobs/manifests/tags", "blobs/manifests/tags"],
          ["manifests", "manifests"],
          ["shell%2Fgit", "shell/git"],
        ]) {
          const response = await get(`/v2/${written}/manifests/latest`);
          expect(response.status).toBe(200);
          expect(fixture.requests.at(-1)?.name).toBe(image);
        }
        const { digest } = fixture.oci.descriptor;
        const encoded = digest.replace(":", "%3A");
        expect((await get(`/v2/git/manifests/${encoded}`)).status).toBe(200);
      });
    });

    describe("blobs", () => {
      test("whole", async () => {
        const response = await get(`/v2/shell/git/blobs/${fixture.layerDigest}`);
        expect(response).toMatchObject({
          status: 200,
          headers: {
            "content-type": ociMediaTypes.layer.gzip,
            "content-length": String(fixture.layer.length),
            "docker-content-digest": fixture.layerDigest,
            "accept-ranges": "bytes",
            etag: `"${fixture.layerDigest}"`,
          },
        });
        expect(sha256Digest(response.body)).toBe(fixture.layerDigest);
      });

      test("HEAD", async () => {
        const response = await head(`/v2/shell/git/blobs/${fixture.layerDigest}`, {
          range: "bytes=0-9",
        });
        expect(response).toMatchObject({
          status: 200,
          headers: {
            "content-length": String(fixture.layer.length),
            "docker-content-digest": fixture.layerDigest,
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
        const response = await get(`/v2/git/blobs/${fixture.layerDigest}`, { range });
        expect(response).toMatchObject({
          status: 206,
          headers: {
            "content-range": `bytes ${first}-${last}/${size}`,
            "content-length": String(last - first + 1),
            "docker-content-digest": fixture.layerDigest,
          },
        });
        expect(Buffer.from(response.body).equals(fixture.layer.subarray(first, last + 1))).toBe(
          true,
        );
      });

      test.each(["bytes=500-0", `bytes=${size}-`, "bytes=-0", `bytes=${"9".repeat(40)}-`])(
        "Range: %s cannot be had",
        async (range) => {
          const response = await get(`/v2/git/blobs/${fixture.layerDigest}`, { range });
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
          const response = await get(`/v2/git/blobs/${fixture.layerDigest}`, { range });
          expect(response.status).toBe(200);
          expect(response.body).toHaveLength(size);
        },
      );

      test("If-Range of another blob means the whole", async () => {
        const target = `/v2/git/blobs/${fixture.layerDigest}`;
        expect((await get(target, rangeIf(`"${fixture.layerDigest}"`))).status).toBe(206);
        expect((await get(target, rangeIf('"other"'))).status).toBe(200);
      });

      test("a client that has it is told so", async () => {
        const etag = `"${fixture.layerDigest}"`;
        const response = await get(`/v2/git/blobs/${fixture.layerDigest}`, {
          "if-none-match": etag,
        });
        expect(response).toMatchObject({ status: 304, headers: { etag } });
      });
    });

    describe("refusals", () => {
      test.each([
        ["/v2/nosuch/manifests/latest", 404, "MANIFEST_UNKNOWN"],
        ["/v2/git/manifests/no-such-tag", 404, "MANIFEST_UNKNOWN"],
        ["/v2/git/manifests/.INVALID", 404, "MANIFEST_UNKNOWN"],
        [`/v2/git/manifests/${"a".repeat(129)}`, 404, "MANIFEST_UNKNOWN"],
        ["/v2/git/manifests/", 404, "MANIFEST_UNKNOWN"],
        [`/v2/git/manifests/${nowhere}`, 404, "MANIFEST_UNKNOWN"],
        [`/v2/git/manifests/sha512:${"0".repeat(128)}`, 404, "MANIFEST_UNKNOWN"],
        ["/v2/git/manifests/sha256:totallywrong", 400, "DIGEST_INVALID"],
        ["/v2/git/not-here/manifests/latest", 400, "NAME_INVALID"],
        ["/v2/Git/manifests/latest", 400, "NAME_INVALID"],
        ["/v2//manifests/latest", 400, "NAME_INVALID"],
        ["/v2/git//htop/manifests/latest", 400, "NAME_INVALID"],
        ["/v2/git%2F..%2Fetc/manifests/latest", 400, "NAME_INVALID"],
        ["/v2/git%00/manifests/latest", 400, "NAME_INVALID"],
        [`/v2/${"a".repeat(256)}/manifests/latest`, 400, "NAME_INVALID"],
        [`/v2/${"a/".repeat(3000)}a/manifests/latest`, 400, "NAME_INVALID"],
        [`/v2/git/blobs/${nowhere}`, 404, "BLOB_UNKNOWN"],
        [`/v2/git/blobs/sha512:${"0".repeat(128)}`, 404, "BLOB_UNKNOWN"],
        ["/v2/git/blobs/sha256:totallywrong", 400, "DIGEST_INVALID"],
        ["/v2/git/blobs/sha256:..%2F..%2Fetc%2Fpasswd", 404, "UNSUPPORTED"],
        ["/v2/git-/blobs/sha256:totallywrong", 400, "NAME_INVALID"],
        ["/v2/nosuch/tags/list", 404, "NAME_UNKNOWN"],
        ["/v2/git/tags/list/", 404, "UNSUPPORTED"],
        ["/v2/git/referrers/sha256:totallywrong", 400, "DIGEST_INVALID"],
        ["/v2/_catalog", 404, "UNSUPPORTED"],
        ["/v2/git", 404, "UNSUPPORTED"],
        ["/v2/git/blobs/uploads/", 404, "UNSUPPORTED"],
      ])("%s", async (target, status, code) => {
        expectError(await get(target), status, code);
        const empty = await head(target);
        expect(empty.status).toBe(status);
        expect(empty.body).toHaveLength(0);
      });

      test("broken percent-encoding is a bad request", async () => {
        for (const target of ["/v2/%zz/manifests/latest", "/v2/git/blobs/%", "/v2/%ff/tags/list"]) {
          expect((await get(target)).status).toBe(400);
        }
      });

      test("messages and details come from the image source", async () => {
        expect(json(await get("/v2/nosuch/manifests/latest"))).toEqual({
          errors: [
            {
              code: "MANIFEST_UNKNOWN",
              message: "There is no package nosuch.",
              detail: { packages: ["nosuch"] },
            },
          ],
        });
      });

      test("a layer cannot be had as a manifest", async () => {
        const target = `/v2/git/manifests/${fixture.layerDigest}`;
        const response = await get(target);
        expect(response.status).toBe(404);
        expectError(response, 404, "MANIFEST_UNKNOWN");
      });

      test.each(["PUT", "POST", "PATCH", "DELETE"])("%s", async (method) => {
        for (const target of [
          "/v2/git/manifests/latest",
          "/v2/git/blobs/uploads/",
          `/v2/git/blobs/${fixture.layerDigest}`,
          "/v2/",
        ]) {
          const body = method === "DELETE" ? undefined : "{not json";
          const headers = { "content-type": ociMediaTypes.manifest };
          const response = await server.request(target, { method, body, headers });
          expectError(response, 405, "UNSUPPORTED");
          expect(response.headers["allow"]).toBe("GET, HEAD, OPTIONS");
        }
      });

      test("OPTIONS says what there is", async () => {
        const response = await server.request("/v2/git/manifests/latest", { method: "OPTIONS" });
        expect(response).toMatchObject({ status: 204, headers: { allow: "GET, HEAD, OPTIONS" } });
      });

      test("not now", async () => {
        const response = await get("/v2/busy/manifests/latest");
        expectError(response, 503, "TOOMANYREQUESTS");
        expect(response.headers["retry-after"]).toBe("7");
        const unavailable = await get(`/v2/git/blobs/${faults.unavailable}`);
        expectError(unavailable, 503, "TOOMANYREQUESTS");
        expect(unavailable.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
        expect(text(unavailable)).not.toContain(secret);
      });

      test("a defect shows nothing of its insides", async () => {
        for (const target of ["/v2/broken/manifests/latest", `/v2/git/blobs/${faults.denied}`]) {
          fixture.events.length = 0;
          const response = await get(target);
          expectError(response, 500, "UNSUPPORTED");
          expect(JSON.stringify([response.headers, text(response)])).not.toContain(secret);
          expect(fixture.events).toContainEqual(
            expect.objectContaining({
              type: "request-failed",
              during: "answer",
              error: expect.objectContaining({ message: secret }),
            }),
          );
        }
      });
    });

    describe("tags", () => {
      test.each([
        ["", ["Z", "a", "latest", "v2"], undefined],
        ["?n=2", ["Z", "a"], '</v2/shell/git/tags/list?n=2&last=a>; rel="next"'],
        ["?n=2&last=a", ["latest", "v2"], undefined],
        ["?n=1&last=a", ["latest"], '</v2/shell/git/tags/list?n=1&last=latest>; rel="next"'],
        ["?last=b", ["latest", "v2"], undefined],
        ["?last=z", [], undefined],
        ["?n=0", [], undefined],
        ["?n=99&n=1", ["Z", "a", "latest", "v2"], undefined],
        ["?n=-1", ["Z", "a", "latest", "v2"], undefined],
        ["?n=two&ns=x", ["Z", "a", "latest", "v2"], undefined],
      ])("list%s", async (query, tags, link) => {
        const response = await get(`/v2/shell/git/tags/list${query}`);
        expect(response.status).toBe(200);
        expect(response.headers["content-type"]).toBe("application/json");
        expect(json(response)).toEqual({ name: "shell/git", tags });
        expect(response.headers["link"]).toBe(link);
      });
    });

    describe("referrers", () => {
      test("there are none", async () => {
        for (const digest of [fixture.oci.descriptor.digest, nowhere]) {
          const response = await get(`/v2/git/referrers/${digest}`);
          expect(response.status).toBe(200);
          expect(response.headers["content-type"]).toBe(ociMediaTypes.index);
          expect(response.headers["oci-filters-applied"]).toBeUndefined();
          expect(json(response)).toEqual({
            schemaVersion: 2,
            mediaType: ociMediaTypes.index,
            manifests: [],
          });
        }
      });

      test("a filter is said to be applied", async () => {
        const response = await get(`/v2/git/referrers/${nowhere}?artifactType=a%2Fb`);
        expect(response.headers["oci-filters-applied"]).toBe("artifactType");
      });
    });

    describe("a storage that fails half-way", () => {
      test.each(["cut", "short"] as const)("cuts the answer off: %s", async (fault) => {
        fixture.events.length = 0;
        await expect(get(`/v2/git/blobs/${faults[fault]}`)).rejects.toThrow(
          /aborted|hunter2|bytes/,
        );
        expect(fixture.events).toContainEqual(
          expect.objectContaining({ type: "request-failed", during: "body" }),
        );
      });
    });
  });
}
