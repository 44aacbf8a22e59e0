import { describe, expect, test } from "vitest";
import { ociMediaTypes } from "@nixery/manifest";
import { digestOf, faults, secret } from "./fixture.ts";
import { expectError, json, text, type Subject } from "./subject.ts";

const nowhere = digestOf("nothing");

/** What cannot be had, and how that is said. */
export function refusalSuite(subject: Subject): void {
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
      expectError(await subject.get(target), status, code);
      const empty = await subject.head(target);
      expect(empty.status).toBe(status);
      expect(empty.body).toHaveLength(0);
    });

    test("broken percent-encoding is a bad request", async () => {
      for (const target of ["/v2/%zz/manifests/latest", "/v2/git/blobs/%", "/v2/%ff/tags/list"]) {
        expect((await subject.get(target)).status).toBe(400);
      }
    });

    test("messages and details come from the image source", async () => {
      expect(json(await subject.get("/v2/nosuch/manifests/latest"))).toEqual({
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
      const target = `/v2/git/manifests/${subject.fixture.layerDigest}`;
      const response = await subject.get(target);
      expect(response.status).toBe(404);
      expectError(response, 404, "MANIFEST_UNKNOWN");
    });

    test.each(["PUT", "POST", "PATCH", "DELETE"])("%s", async (method) => {
      for (const target of [
        "/v2/git/manifests/latest",
        "/v2/git/blobs/uploads/",
        `/v2/git/blobs/${subject.fixture.layerDigest}`,
        "/v2/",
      ]) {
        const body = method === "DELETE" ? undefined : "{not json";
        const headers = { "content-type": ociMediaTypes.manifest };
        const response = await subject.request(target, { method, body, headers });
        expectError(response, 405, "UNSUPPORTED");
        expect(response.headers["allow"]).toBe("GET, HEAD, OPTIONS");
      }
    });

    test("OPTIONS says what there is", async () => {
      const response = await subject.request("/v2/git/manifests/latest", { method: "OPTIONS" });
      expect(response).toMatchObject({ status: 204, headers: { allow: "GET, HEAD, OPTIONS" } });
    });

    test("not now", async () => {
      const response = await subject.get("/v2/busy/manifests/latest");
      expectError(response, 503, "TOOMANYREQUESTS");
      expect(response.headers["retry-after"]).toBe("7");
    });

    test.each([
      [`/v2/git/blobs/${faults.unavailable}`, 503, "TOOMANYREQUESTS", /storage is unavailable/],
      [`/v2/git/blobs/${faults.full}`, 503, "TOOMANYREQUESTS", /storage is full/],
      [`/v2/git/blobs/${faults.cleared}`, 503, "TOOMANYREQUESTS", /was cleared/],
      [`/v2/git/blobs/${faults.denied}`, 500, "UNSUPPORTED", /storage denied access/],
      [`/v2/git/blobs/${faults.corrupt}`, 500, "UNSUPPORTED", /is corrupt/],
      ["/v2/broken/manifests/latest", 500, "UNSUPPORTED", /The registry failed/],
    ])("a fault: %s is %i and shows nothing of its insides", async (target, status, code, said) => {
      subject.fixture.events.length = 0;
      const response = await subject.get(target);
      expectError(response, status, code);
      expect(text(response)).toMatch(said);
      expect(Number(response.headers["retry-after"]) > 0).toBe(status === 503);
      expect(JSON.stringify([response.headers, text(response)])).not.toContain(secret);
      expect(subject.fixture.events).toContainEqual(
        expect.objectContaining({
          type: "request-failed",
          during: "answer",
          error: expect.objectContaining({ message: secret }),
        }),
      );
    });
  });
}
