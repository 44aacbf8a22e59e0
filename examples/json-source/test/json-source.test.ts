import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskReader } from "@nixery/packing";
import { createMemoryStorage } from "@nixery/storage/memory";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createJsonSource, type PackageFile } from "@nixery/example-json-source";
import { embedRegistry, type EmbeddedRegistry } from "../../../test/support/embedded-registry.ts";
import { pullImage, tarEntries } from "../../../test/support/pull.ts";

const libc = `/nix/store/${"0".repeat(32)}-libc-2.40`;
const hello = `/nix/store/${"1".repeat(32)}-hello-2.12`;

const packageFile: PackageFile = {
  packages: { hello: [hello], cacert: [], "iana-etc": [] },
  paths: [
    { path: libc, narSize: 1000, references: [] },
    { path: hello, narSize: 500, references: [libc] },
  ],
};

let root: string;
let file: string;
let registry: EmbeddedRegistry;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "nixery-json-source-"));
  file = join(root, "packages.json");
  await mkdir(join(root, libc, "lib"), { recursive: true });
  await mkdir(join(root, hello, "bin"), { recursive: true });
  await writeFile(join(root, libc, "lib/libc.so"), "library");
  await writeFile(join(root, hello, "bin/hello"), "program", { mode: 0o755 });
  await symlink(libc, join(root, hello, "libc"));
  await writeFile(file, JSON.stringify(packageFile));
  registry = await embedRegistry({
    storage: createMemoryStorage(),
    packages: createJsonSource({ file }),
    reader: diskReader({ root }),
  });
});

afterEach(async () => {
  await registry.close();
  await rm(root, { recursive: true });
});

describe("a registry of store paths from a JSON file", () => {
  it("serves an image of a package and its references", async () => {
    const { manifest, tars } = await pullImage(registry.url, "hello");
    expect(manifest.layers).toHaveLength(3);
    const entries = (await Promise.all(tars.map((tar) => tarEntries(tar)))).flat();
    const byName = new Map(entries.map((entry) => [`/${entry.name}`, entry]));
    expect(byName.get(`${libc}/lib/libc.so`)).toMatchObject({ type: "file", size: 7, mode: 0o444 });
    expect(byName.get(`${hello}/bin/hello`)).toMatchObject({ type: "file", mode: 0o555 });
    expect(byName.get(`${hello}/libc`)).toMatchObject({ type: "symlink", linkname: libc });
    expect(byName.get("/bin/hello")).toMatchObject({ type: "symlink" });
  });

  it("names missing packages and the available ones", async () => {
    expect(await pullError("hello/git/jq")).toEqual({
      status: 404,
      code: "MANIFEST_UNKNOWN",
      message: 'This server has no package "git", "jq". Use "hello", "cacert", "iana-etc".',
    });
  });

  it("rejects other tags", async () => {
    expect(await pullError("hello", "1.0")).toMatchObject({
      status: 404,
      code: "MANIFEST_UNKNOWN",
      message: expect.stringContaining('"1.0"'),
    });
  });

  it("serves the current content of the file", async () => {
    const before = await pullImage(registry.url, "hello");
    await writeFile(file, JSON.stringify({ ...packageFile, note: "another revision" }));
    const after = await pullImage(registry.url, "hello");
    expect(after.manifest.layers).toEqual(before.manifest.layers);
    expect(after.manifest.annotations).not.toEqual(before.manifest.annotations);

    const packages = { ...packageFile.packages, libc: [libc] };
    await writeFile(file, JSON.stringify({ ...packageFile, packages }));
    const { tars } = await pullImage(registry.url, "libc");
    const names = (await Promise.all(tars.map((tar) => tarEntries(tar)))).flat();
    expect(names.map(({ name }) => `/${name}`)).not.toContain(`${hello}/bin/hello`);
  });

  it.each([
    ["truncated", JSON.stringify(packageFile).slice(0, -1), /not valid JSON/],
    ["of another shape", "[1]", /lacks "packages" or "paths"/],
    [
      "with an invalid store path",
      JSON.stringify({ ...packageFile, packages: { hello: ["/etc"] } }),
      /invalid path "\/etc"/,
    ],
    [
      "without a reference",
      JSON.stringify({ ...packageFile, paths: packageFile.paths.slice(1) }),
      /lacks the path ".*-libc-2\.40"/,
    ],
  ])("is unavailable while the file is %s", async (_name, content, message) => {
    await writeFile(file, content);
    expect(await pullError("hello")).toEqual({
      status: 503,
      code: "TOOMANYREQUESTS",
      message: expect.stringMatching(message),
    });
    await writeFile(file, JSON.stringify(packageFile));
    expect((await pullImage(registry.url, "hello")).manifest.layers).toHaveLength(3);
  });

  it("is unavailable without the file", async () => {
    await rm(file);
    expect(await pullError("hello")).toMatchObject({ status: 503, code: "TOOMANYREQUESTS" });
  });
});

interface PullError {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string | undefined;
}

async function pullError(name: string, tag = "latest"): Promise<PullError> {
  const response = await fetch(`${registry.url}/v2/${name}/manifests/${tag}`);
  const { errors }: { readonly errors: readonly Omit<PullError, "status">[] } = JSON.parse(
    await response.text(),
  );
  return { status: response.status, code: errors[0]?.code, message: errors[0]?.message };
}
