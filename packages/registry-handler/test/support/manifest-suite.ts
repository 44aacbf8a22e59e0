import { describe, expect, test } from "vitest";
import { dockerMediaTypes, ociMediaTypes, sha256Digest } from "@nixery/manifest";
import type { Subject } from "./subject.ts";

/** Manifests by tag and by digest. */
export function manifestSuite(subject: Subject): void {
  describe("manifests", () => {
    test("by tag", async () => {
      const response = await subject.get("/v2/shell/git/manifests/latest");
      const { digest, size } = subject.fixture.oci.descriptor;
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
      expect(subject.fixture.requests.at(-1)).toEqual({
        name: "shell/git",
        tag: "latest",
        format: "oci",
      });
    });

    test.each(["latest", "by digest"])("HEAD says what GET says: %s", async (kind) => {
      const reference = kind === "latest" ? kind : subject.fixture.oci.descriptor.digest;
      const target = `/v2/shell/git/manifests/${reference}`;
      const [whole, empty] = [await subject.get(target), await subject.head(target)];
      const { date: _one, connection: _two, "keep-alive": _three, ...expected } = whole.headers;
      expect(empty.status).toBe(200);
      expect(empty.headers).toMatchObject(expected);
      expect(empty.headers["content-length"]).toBe(String(whole.body.length));
      expect(empty.body).toHaveLength(0);
    });

    test.each(["oci", "docker"] as const)("by digest, whatever is accepted: %s", async (format) => {
      const { descriptor } = subject.fixture[format];
      const response = await subject.get(`/v2/shell/git/manifests/${descriptor.digest}`, {
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
    });

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
      const response = await subject.get("/v2/shell/git/manifests/latest", { accept });
      expect(response.headers["content-type"]).toBe(subject.fixture[format].descriptor.mediaType);
      expect(sha256Digest(response.body)).toBe(subject.fixture[format].descriptor.digest);
    });

    test.each(["latest", "by digest"])("a client that has it is told so: %s", async (kind) => {
      const { digest } = subject.fixture.oci.descriptor;
      const target = `/v2/shell/git/manifests/${kind === "latest" ? kind : digest}`;
      for (const condition of [`"${digest}"`, `"other", W/"${digest}"`, "*"]) {
        const response = await subject.get(target, { "if-none-match": condition });
        expect(response).toMatchObject({ status: 304, headers: { etag: `"${digest}"` } });
        expect(response.body).toHaveLength(0);
      }
      expect((await subject.get(target, { "if-none-match": '"other"' })).status).toBe(200);
    });

    test.each([
      ["?ns=docker.io", "shell/git"],
      ["?ns=a&ns=b&&=&%", "shell/git"],
    ])("the query %s changes nothing", async (query, image) => {
      const response = await subject.get(`/v2/${image}/manifests/latest${query}`);
      expect(response.status).toBe(200);
      expect(subject.fixture.requests.at(-1)?.name).toBe(image);
    });

    test("names may hold the names of endpoints, and be percent-encoded", async () => {
      for (const [written, image] of [
        ["blobs/manifests/tags", "blobs/manifests/tags"],
        ["manifests", "manifests"],
        ["shell%2Fgit", "shell/git"],
      ]) {
        const response = await subject.get(`/v2/${written}/manifests/latest`);
        expect(response.status).toBe(200);
        expect(subject.fixture.requests.at(-1)?.name).toBe(image);
      }
      const { digest } = subject.fixture.oci.descriptor;
      const encoded = digest.replace(":", "%3A");
      expect((await subject.get(`/v2/git/manifests/${encoded}`)).status).toBe(200);
    });
  });
}
