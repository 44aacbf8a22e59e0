import { describe, expect, test } from "vitest";
import { ociMediaTypes } from "@nixery/manifest";
import { digestOf } from "./fixture.ts";
import { json, type Subject } from "./subject.ts";

const nowhere = digestOf("nothing");

/** Lists of tags and of referrers. */
export function listSuite(subject: Subject): void {
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
      const response = await subject.get(`/v2/shell/git/tags/list${query}`);
      expect(response.status).toBe(200);
      expect(response.headers["content-type"]).toBe("application/json");
      expect(json(response)).toEqual({ name: "shell/git", tags });
      expect(response.headers["link"]).toBe(link);
    });

    test("are told to be asked for later while they cannot be looked up", async () => {
      const response = await subject.get("/v2/busy/tags/list");
      expect(response.status).toBe(503);
      expect(response.headers["retry-after"]).toBe("7");
      expect(json(response)).toEqual({
        errors: [{ code: "TOOMANYREQUESTS", message: "Not now." }],
      });
    });
  });

  describe("referrers", () => {
    test("there are none", async () => {
      for (const digest of [subject.fixture.oci.descriptor.digest, nowhere]) {
        const response = await subject.get(`/v2/git/referrers/${digest}`);
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
      const response = await subject.get(`/v2/git/referrers/${nowhere}?artifactType=a%2Fb`);
      expect(response.headers["oci-filters-applied"]).toBe("artifactType");
    });
  });
}
