import { cp, mkdtemp, readdir, readFile, readlink, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { imageRoot } from "./support/image-root.ts";
import { build, closure, evaluate, output, packageSet } from "./support/nix.ts";

const systems = ["x86_64-linux", "aarch64-linux"] as const;
let directory = "";

beforeAll(async () => {
  directory = await packageSet();
});

describe.each(systems)("the package set for %s", (system) => {
  test("has the attributes that every image and the examples need", async () => {
    const names = await evaluate(directory, system, "builtins.attrNames set");
    expect(names).toEqual(
      expect.arrayContaining(
        "_7zz bash bashInteractive busybox cacert coreutils curl git haskellPackages hello htop iana-etc jq moreutils nano nodejs openssl perlPackages python3 python3Packages testing".split(
          " ",
        ),
      ),
    );
    expect(await evaluate(directory, system, "set.perlPackages ? JSON")).toBe(true);
  });

  test("names store paths as nixpkgs does, independently of its directory", async () => {
    const other = await mkdtemp(join(tmpdir(), "nixery-packages-"));
    for (const name of ["default.nix", "testing.nix", "index.json", "builder"]) {
      await cp(join(directory, name), join(other, name), { recursive: true });
    }
    await symlink(join(directory, "debs"), join(other, "debs"));
    const paths = "map (name: set.${name}.outPath) [ ''git'' ''cacert'' ''python3'' ]";
    const here = await evaluate(directory, system, paths);
    expect(await evaluate(other, system, paths)).toEqual(here);
    await rm(other, { recursive: true });
    expect(here).toEqual([
      expect.stringMatching(/-git-\d[\d.]*$/),
      expect.stringMatching(/-nss-cacert-\d/),
      expect.stringMatching(/-python3-3\.\d+\.\d+$/),
    ]);
    expect(await evaluate(directory, system, "set.hello.meta.description")).toMatch(/GNU/);
  });

  test("builds, and store paths are consistent", async () => {
    const problems = (
      await Promise.all((await closure(await build(directory, system, []))).map(inspect))
    ).flat();
    expect(problems).toEqual([]);
  });

  test("has references to the libraries that a program loads", async () => {
    const [hello = "", cacert = ""] = await build(directory, system, ["hello", "cacert"]);
    expect(await closure([hello])).toEqual([expect.stringContaining("-glibc-"), hello]);
    expect(await closure([cacert])).toEqual([cacert]);
    expect(await readFile(join(cacert, "etc/ssl/certs/ca-bundle.crt"), "utf8")).toMatch(
      /^-----BEGIN CERTIFICATE-----/,
    );
  });

  test("rejects, fails and waits in its testing packages", async () => {
    const refusals = {
      "unfree-example": "has an unfree license (‘unfree’), refusing to evaluate",
      "broken-example": "is marked as broken, refusing to evaluate",
      "insecure-example": "is marked as insecure, refusing to evaluate",
      "unsupported-example": `hostPlatform.system = "${system}"`,
    };
    for (const [name, reason] of Object.entries(refusals)) {
      expect(await evaluate(directory, system, `set.testing.${name}.meta.available`)).toBe(false);
      await expect(
        evaluate(directory, system, `set.testing.${name}.drvPath`),
      ).rejects.toHaveProperty("stderr", expect.stringContaining(reason));
    }
    await expect(build(directory, system, ["testing.failing-example"])).rejects.toHaveProperty(
      "stderr",
      expect.stringContaining("error: unknown type name 'nit'"),
    );
    expect(await evaluate(directory, system, "set.testing.slow-example.drvPath")).toMatch(/\.drv$/);
    expect(await evaluate(directory, system, "builtins.attrNames set.testing.ambiguous")).toEqual([
      "JSON",
      "Json",
      "Tree",
      "tree",
    ]);
  });
});

test("an unsupported architecture is named", async () => {
  await expect(evaluate(directory, "riscv64-linux", "set.hello.name")).rejects.toHaveProperty(
    "stderr",
    expect.stringContaining("made for aarch64-linux and x86_64-linux, not for riscv64-linux"),
  );
});

test("a package is built from the same bytes to the same bytes", async () => {
  await build(directory, "x86_64-linux", ["git", "perl", "python3"]);
  for (const name of ["git", "perl", "python3"]) {
    const derivation = String(await evaluate(directory, "x86_64-linux", `set.${name}.drvPath`));
    // Nix builds it again, and fails when the result differs.
    const printed = await output("nix-store", ["--realise", "--check", derivation]);
    expect(printed).toMatch(/^\/nix\/store\//);
  }
});

test("programs run in an image of only their closure", async () => {
  const paths = await build(
    directory,
    "x86_64-linux",
    "bashInteractive coreutils moreutils nano cacert iana-etc hello git htop curl jq python3 openssl nodejs tmux python3Packages.requests".split(
      " ",
    ),
  );
  const root = await imageRoot(paths);
  onTestFinished(() => root.remove());
  expect(await root.run("/bin/hello")).toBe("Hello, world!");
  expect(await root.run("/bin/bash", "-c", "ls -d /tmp /etc/ssl")).toBe("/etc/ssl\n/tmp");
  expect(await root.run("/bin/sh", "-c", "echo a | sponge /tmp/a; cat /tmp/a")).toBe("a");
  expect(await root.run("/bin/sh", "-c", "echo line | ts %Y")).toMatch(/^20\d\d line$/);
  expect(await root.run("/bin/git", "--exec-path")).toMatch(/^\/nix\/store\/.*-git-/);
  await root.run("/bin/git", "init", "/tmp/one");
  const author = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
  await root.run("/bin/git", "-C", "/tmp/one", ...author, "commit", "--allow-empty", "-m", "first");
  await root.run("/bin/git", "clone", "file:///tmp/one", "/tmp/two");
  expect(await root.run("/bin/git", "-C", "/tmp/two", "log", "--format=%s")).toBe("first");
  const python = "import ssl, json, sqlite3, ctypes, requests; print(json.dumps([1]))";
  expect(await root.run("/bin/python3", "-c", python)).toBe("[1]");
  expect(await root.run("/bin/node", "-e", "console.log(typeof fetch)")).toBe("function");
  expect(await root.run("/bin/jq", "-n", "[1, 2] | add")).toBe("3");
  expect(await root.run("/bin/curl", "--version")).toContain("OpenSSL/3");
  expect(await root.run("/bin/openssl", "version")).toMatch(/^OpenSSL 3/);
  expect(await root.run("/bin/nano", "--version")).toContain("GNU nano");
  expect(await root.run("/bin/htop", "--version")).toContain("htop");
  expect(await root.run("/bin/sh", "-c", "LANG=C.UTF-8 tmux -V")).toContain("tmux");
});

/** Problems of a store path: dangling links, and programs that only Debian can start. */
async function inspect(path: string): Promise<string[]> {
  const problems: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) {
      const target = await readlink(file);
      const found = await stat(file).catch(() => undefined);
      if (target.startsWith("/") && !/^\/(nix\/store|etc)\//.test(target)) {
        problems.push(`${file} -> ${target}`);
      } else if (target.startsWith("/etc/alternatives/")) {
        problems.push(`${file} -> ${target}`);
      } else if (found === undefined && !target.startsWith("/etc/")) {
        problems.push(`${file} -> ${target}`);
      }
    } else if (entry.isFile()) {
      const { mode } = await stat(file);
      if ((mode & 0o6222) !== 0) {
        problems.push(`${file} has mode ${mode.toString(8)}`);
      }
    }
  }
  return problems;
}
