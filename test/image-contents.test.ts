import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./support/command.ts";
import { pullImage, tarEntries, type PulledImage } from "./support/pull.ts";
import { startRegistry, type Registry } from "./support/registry.ts";

let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
});

afterAll(() => registry.stop());

describe.each(["shell/git/hello", "python3/curl", "nodejs", "arm64/shell/htop"])("%s", (name) => {
  let image: PulledImage;
  let root: string;

  beforeAll(async () => {
    // Checks all digests and diff IDs on the way.
    image = await pullImage(registry.url, name);
    root = await mkdtemp(join(tmpdir(), "nixery-root-"));
    for (const [index, tar] of image.tars.entries()) {
      const file = join(root, `${index}.tar`);
      await writeFile(file, tar);
      await runCommand("tar", ["-x", "-p", "-f", file, "-C", root]);
      await rm(file);
    }
  });

  afterAll(async () => {
    await runCommand("chmod", ["-R", "u+w", root]);
    await rm(root, { recursive: true });
  });

  it("has each path once in a layer", async () => {
    for (const tar of image.tars) {
      const paths = (await tarEntries(tar)).map((entry) => entry.name.replace(/\/$/, ""));
      expect(paths.length).toBeGreaterThan(0);
      expect(new Set(paths).size).toBe(paths.length);
    }
  });

  it("has entries that do not depend on the machine", async () => {
    for (const tar of image.tars) {
      for (const entry of await tarEntries(tar)) {
        expect(entry).toMatchObject({ uid: 0, gid: 0, uname: "", gname: "" });
        expect(entry.mtime?.getTime()).toBeLessThanOrEqual(1000);
      }
    }
  });

  it("has every store path of the closure in exactly one layer", async () => {
    const perLayer = await Promise.all(
      image.tars.map(async (tar) => {
        const paths = (await tarEntries(tar)).flatMap(
          (entry) => /^nix\/store\/[^/]+/.exec(entry.name)?.[0] ?? [],
        );
        return [...new Set(paths)];
      }),
    );
    const paths = perLayer.flat().map((path) => `/${path}`);
    expect(new Set(paths).size).toBe(paths.length);
    const closure = await runCommand("nix-store", ["-qR", ...paths]);
    expect(paths.toSorted()).toEqual(closure.trim().split("\n").toSorted());
  });

  it("has store paths that equal the originals", async () => {
    const paths = await readdir(join(root, "nix/store"));
    const [unpacked, original] = await Promise.all([
      narHashes(join(root, "nix/store"), paths),
      narHashes("/nix/store", paths),
    ]);
    expect(unpacked).toEqual(original);
  });

  it("has a config of its platform and packages", () => {
    const architecture = name.startsWith("arm64/") ? "arm64" : "amd64";
    expect(image.config).toMatchObject({ os: "linux", architecture });
    expect(image.config.history).toHaveLength(image.manifest.layers.length);
    expect(image.config.config.Env).toContain("SSL_CERT_FILE=/etc/ssl/certs/ca-bundle.crt");
    expect(image.config.config.Cmd).toEqual(name.includes("shell") ? ["bash"] : undefined);
  });
});

async function narHashes(store: string, names: readonly string[]): Promise<readonly string[]> {
  const files = names.map((name) => join(store, name));
  const output = await runCommand("nix-hash", ["--type", "sha256", "--base32", ...files]);
  return output.trim().split("\n");
}
