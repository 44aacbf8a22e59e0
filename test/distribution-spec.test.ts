import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tryCommand } from "./support/command.ts";
import { hasPeer, peer } from "./support/peer.ts";
import { pullImage, type Descriptor } from "./support/pull.ts";
import { startRegistry, type Registry } from "./support/registry.ts";

const name = "shell/hello";

describe.skipIf(!hasPeer("oci-conformance"))("the suite of the distribution spec", () => {
  let registry: Registry;
  let results: string;

  beforeAll(async () => {
    results = await mkdtemp(join(tmpdir(), "nixery-conformance-"));
    registry = await startRegistry();
  });

  afterAll(async () => {
    await registry.stop();
    await rm(results, { recursive: true });
  });

  it("passes", async () => {
    const { digest, manifest } = await pullImage(registry.url, name);
    const blobs = [manifest.config, ...manifest.layers].map((blob: Descriptor) => blob.digest);
    // Its status is always a failure: it cannot write results for images that it has not pushed.
    const { stdout } = await tryCommand(peer("oci-conformance"), [], {
      env: {
        OCI_RESULTS_DIR: results,
        OCI_REGISTRY: registry.host,
        OCI_TLS: "disabled",
        OCI_REPO1: name,
        OCI_API_PUSH: "false",
        OCI_API_BLOBS_DELETE: "false",
        OCI_API_MANIFESTS_DELETE: "false",
        OCI_API_TAGS_DELETE: "false",
        OCI_API_BLOBS_DIGEST_HEADER: "true",
        OCI_RO_DATA_TAGS: "latest",
        OCI_RO_DATA_MANIFESTS: digest,
        OCI_RO_DATA_BLOBS: blobs.join(" "),
        OCI_RO_DATA_REFERRERS: digest,
      },
    });
    const lines = stdout
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line.startsWith("OCI Conformance Test"));
    expect(lines.filter((line) => !/: (?:Pass|Disabled)$/.test(line))).toEqual([]);
    expect(lines).toEqual(
      expect.arrayContaining(required.map((test) => `OCI Conformance Test${test}: Pass`)),
    );
    expect(lines.filter((line) => line.endsWith("pull/blob-get: Pass"))).toHaveLength(blobs.length);
  });
});

/** The tests that must have run. */
const required: readonly string[] = [
  "",
  "/ping",
  "/empty/tag list",
  "/empty/referrers",
  "/read-only/tag-list",
  "/read-only/head/manifest-head-by-tag",
  "/read-only/head/manifest-head-by-digest",
  "/read-only/head/blob-head",
  "/read-only/pull/manifest-by-tag",
  "/read-only/pull/manifest-by-digest",
  "/read-only/referrers",
  "/missing-manifest/by-digest",
  "/missing-manifest/by-tag",
  "/invalid-digest-format/manifest-get",
];
