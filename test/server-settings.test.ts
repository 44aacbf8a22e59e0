import { readdir, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { startFakeGcs, startS3 } from "@nixery/object-stores";
import { describe, expect, it } from "vitest";
import { runCommand, tryCommand } from "./support/command.ts";
import { hasPeer } from "./support/peer.ts";
import { pullImage } from "./support/pull.ts";
import { startRegistry } from "./support/registry.ts";
import { inRepository } from "./support/repository.ts";

const serve = ["--conditions=@nixery/source", inRepository("packages/cli/src/main.ts"), "serve"];

/** The message of a server that fails to start. */
async function startFailure(env: Readonly<Record<string, string>>): Promise<string> {
  const { code, stdout, stderr } = await tryCommand(process.execPath, serve, {
    env: { PORT: "0", NIXERY_PKGS_PATH: ".", ...env },
  });
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^nixery: [^\n]+\.\n$/);
  return stderr;
}

const s3Account = { AWS_ACCESS_KEY_ID: "owner", AWS_REGION: "us-east-1" };

describe("a server that cannot start prints the reason in one line", () => {
  it("when its port is taken", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.listen(0, "127.0.0.1", resolve);
    });
    const address = taken.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await startFailure({ PORT: `${port}`, STORAGE_PATH: "/tmp/nixery-unused" })).toContain(
      `127.0.0.1:${port}`,
    );
    taken.close();
  });

  it("when its directory is a file", async () => {
    expect(await startFailure({ STORAGE_PATH: "/etc/hostname" })).toContain("/etc/hostname");
  });

  it("when its bucket is unreachable", async () => {
    const s3 = { S3_BUCKET: "images", S3_ENDPOINT: "http://127.0.0.1:9" };
    const message = await startFailure({
      ...s3Account,
      ...s3,
      AWS_SECRET_ACCESS_KEY: "hidden-word",
      NIXERY_STORAGE_BACKEND: "s3",
    });
    expect(message).toContain("s3:images");
    expect(message).not.toContain("hidden-word");
  });
});

describe("in its home directory", () => {
  it("keeps links to its builds", async () => {
    const registry = await startRegistry();
    await pullImage(registry.url, "hello");
    const gcRoots = join(registry.storage, "home/.cache/nixery/gc-roots");
    const links = (await readdir(gcRoots)).map((link) => join(gcRoots, link));
    const targets = await Promise.all(links.map((link) => readlink(link)));
    expect(targets).toContainEqual(expect.stringMatching(/^\/nix\/store\/\w+-hello/));
    const roots = await runCommand("nix-store", ["--gc", "--print-roots"]);
    for (const link of links) {
      expect(roots).toContain(link);
    }
    await registry.stop();
  });

  it("serves without write access, and warns once", async () => {
    const registry = await startRegistry({ env: { HOME: "/dev/null", NIXERY_LOG_FORMAT: "json" } });
    for (const name of ["hello", "jq"]) {
      await pullImage(registry.url, name);
    }
    const warnings = registry.service.output().match(/^.*"severity":"WARNING".*$/gm);
    expect(warnings).toEqual([expect.stringMatching(/garbage collection .*Let the server write/)]);
    await registry.stop();
  });
});

describe.skipIf(!hasPeer("versitygw"))("on S3", () => {
  it("serves from the bucket that the environment names, and from no other", async () => {
    const s3 = await startS3();
    await s3.createBucket("images");
    const env = {
      ...s3Account,
      AWS_SECRET_ACCESS_KEY: s3.owner.secretAccessKey,
      NIXERY_STORAGE_BACKEND: "s3",
      S3_ENDPOINT: s3.url.origin,
    };
    const registry = await startRegistry({ env: { ...env, S3_BUCKET: "images" } });
    expect((await pullImage(registry.url, "hello")).manifest.layers.length).toBeGreaterThan(1);
    await registry.stop();
    const settings = {
      NIXERY_STORAGE_PREFIX: "some/prefix",
      S3_REDIRECT_ENDPOINT: "https://images.example.com",
    };
    const elsewhere = await startRegistry({ env: { ...env, ...settings, S3_BUCKET: "images" } });
    const manifest = await fetch(`${elsewhere.url}/v2/hello/manifests/latest`);
    const digest = manifest.headers.get("docker-content-digest");
    const blob = `${elsewhere.url}/v2/hello/blobs/${digest}`;
    const { headers } = await fetch(blob, { redirect: "manual" });
    expect(headers.get("location")).toMatch(
      /^https:\/\/images\.example\.com\/images\/some\/prefix\/blobs\/sha256-[0-9a-f]{64}\b/,
    );
    await elsewhere.stop();
    expect(await startFailure({ ...env, S3_BUCKET: "no-such-bucket" })).toContain("no-such-bucket");
    await s3.stop();
  });
});

describe.skipIf(!hasPeer("fake-gcs-server"))("on Cloud Storage", () => {
  it("serves from the bucket that the environment names, and from no other", async () => {
    const gcs = await startFakeGcs();
    await gcs.createBucket("images");
    const env = { NIXERY_STORAGE_BACKEND: "gcs", STORAGE_EMULATOR_HOST: gcs.url.origin };
    const registry = await startRegistry({ env: { ...env, GCS_BUCKET: "images" } });
    expect((await pullImage(registry.url, "hello")).manifest.layers.length).toBeGreaterThan(1);
    await registry.stop();
    expect(await startFailure({ ...env, GCS_BUCKET: "no-such-bucket" })).toContain(
      "no-such-bucket",
    );
    await gcs.stop();
  });
});
