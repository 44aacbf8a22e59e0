import { mkdtemp, readFile, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createGitSource, type GitSourceOptions } from "@nixery/nix";
import type { PackageSource } from "@nixery/package-source";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createGitServer, type GitServer, type GitServerOptions } from "./support/git-server.ts";
import { createTestRepository, type TestRepository } from "./support/git-repository.ts";
import { createTestStore, storeNames, system, type TestStore } from "./support/nix-store.ts";
import { sourceRejection, rejection } from "./support/rejection.ts";

vi.setConfig({ testTimeout: 60_000 });

/** A package whose store path depends on the name and the files of its source. */
const packageSet = `{ system }: { tool = derivation {
  name = "tool"; inherit system; builder = "/bin/sh"; args = [ "-ec" "cat $src/text > $out" ];
  PATH = "/usr/bin:/bin"; src = ./.;
}; }`;

let repository: TestRepository;
let store: TestStore;
const commits = { first: "", lost: "", second: "", stable: "" };

beforeAll(async () => {
  store = await createTestStore();
  repository = await createTestRepository();
  commits.first = await repository.commit(
    { "default.nix": packageSet, text: "first" },
    "2024-01-02T03:04:05+02:00",
  );
  await repository.git("tag", "v1");
  await repository.git("branch", "both");
  commits.lost = await repository.commit({ text: "lost" });
  await repository.git("reset", "--quiet", "--hard", "v1");
  commits.second = await repository.commit({ text: "second" }, "2024-02-03T00:00:00Z");
  await repository.git("tag", "--annotate", "--message=two", "v2");
  await repository.git("tag", "both");
  await repository.git("tag", "of-a-tag", "v2");
  await repository.git("branch", "feature/x");
  await repository.git("switch", "--quiet", "--create", "stable", "v1");
  commits.stable = await repository.commit({
    "nested/set/default.nix": packageSet,
    "nested/set/text": "nested",
  });
  await repository.git("switch", "--quiet", "main");
});
afterAll(async () => {
  await repository.remove();
  await store.remove();
});
afterEach(() => vi.useRealTimers());

async function cacheDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "nixery-cache-"));
  onTestFinished(async () => await rm(directory, { recursive: true, force: true }));
  return directory;
}

async function source(options: Partial<GitSourceOptions> = {}): Promise<PackageSource> {
  return createGitSource({
    url: repository.directory,
    cacheDirectory: options.cacheDirectory ?? (await cacheDirectory()),
    nix: store.nix(),
    environment: { HOME: store.directory },
    ...options,
  });
}

async function serve(
  options: Partial<GitServerOptions> = {},
): Promise<GitServer & { repositoryUrl: string }> {
  const server = await createGitServer({ root: dirname(repository.directory), ...options });
  onTestFinished(async () => await server.close());
  return { ...server, repositoryUrl: `${server.url}/packages/.git` };
}

describe("resolve", () => {
  test("finds HEAD, branches, tags and commits, with the committer's date", async () => {
    const git = await source();
    expect(await git.resolve("latest")).toEqual({
      cacheKey: `git:${commits.second}:`,
      revision: commits.second,
      url: undefined,
      created: new Date("2024-02-03T00:00:00Z"),
    });
    expect((await git.resolve("main"))?.revision).toBe(commits.second);
    expect((await git.resolve("stable"))?.revision).toBe(commits.stable);
    expect(await git.resolve("v1")).toMatchObject({
      revision: commits.first,
      created: new Date("2024-01-02T01:04:05Z"),
    });
    expect((await git.resolve(commits.first))?.revision).toBe(commits.first);
    expect((await git.resolve(commits.first.toUpperCase()))?.revision).toBe(commits.first);
  });

  test("follows annotated tags to their commit, and prefers a tag to a branch", async () => {
    const git = await source();
    expect((await git.resolve("v2"))?.revision).toBe(commits.second);
    expect((await git.resolve("of-a-tag"))?.revision).toBe(commits.second);
    expect((await git.resolve("both"))?.revision).toBe(commits.second);
  });

  test("returns undefined for any other tag", async () => {
    const git = await source();
    const tags = [
      "unknown",
      "HEAD",
      "v",
      "0".repeat(40),
      "f".repeat(40),
      commits.first.slice(0, 12),
    ];
    for (const tag of tags) {
      expect(await git.resolve(tag)).toBeUndefined();
    }
  });

  test.each([
    "--upload-pack=x",
    "-x",
    "../main",
    "refs/heads/main",
    "a b",
    "",
    "main\n",
    "main^{}",
    ":x",
    "+main",
  ])("does not pass %j to git", async (tag) => {
    const git = await source({ gitProgram: "/nowhere/git" });
    expect(await git.resolve(tag)).toBeUndefined();
  });

  test("finds nothing in an empty repository", async () => {
    const empty = await createTestRepository();
    onTestFinished(async () => await empty.remove());
    const git = await source({ url: empty.directory });
    expect(await git.resolve("latest")).toBeUndefined();
    expect(await git.resolve("main")).toBeUndefined();
    expect(await git.tags!()).toEqual(["latest"]);
  });

  test("finds a commit outside all branches if the server sends it", async () => {
    const { repositoryUrl } = await serve();
    const git = await source({ url: repositoryUrl });
    expect((await git.resolve(commits.lost))?.revision).toBe(commits.lost);
    expect(await git.resolve("0".repeat(40))).toBeUndefined();
  });

  test.each([
    ["an old server", { protocol: 0 as const }],
    ["a plain web server", { isDumb: true }],
  ])("works with %s", async (_name, options) => {
    await repository.git("update-server-info");
    const { repositoryUrl } = await serve(options);
    const git = await source({ url: repositoryUrl });
    expect((await git.resolve("latest"))?.revision).toBe(commits.second);
    expect((await git.resolve("v1"))?.revision).toBe(commits.first);
    expect((await git.resolve(commits.first))?.revision).toBe(commits.first);
    expect(await git.resolve("0".repeat(40))).toBeUndefined();
    const { roots } = await git.prepare((await git.resolve("v1"))!, ["tool"], system);
    expect(await readFile(roots.join(""), "utf8")).toBe("first");
  });

  test("lists branches, tags and latest", async () => {
    expect(await (await source()).tags!()).toEqual([
      "both",
      "latest",
      "main",
      "of-a-tag",
      "stable",
      "v1",
      "v2",
    ]);
  });
});

describe("pins", () => {
  test("are kept for pinFor, and no longer", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const moving = await createTestRepository();
    onTestFinished(async () => await moving.remove());
    const before = await moving.commit({ text: "1" });
    const server = await createGitServer({ root: dirname(moving.directory) });
    const git = await source({ url: `${server.url}/packages/.git`, pinFor: 5000 });
    expect((await git.resolve("latest"))?.revision).toBe(before);
    expect((await git.resolve("main"))?.revision).toBe(before);
    const after = await moving.commit({ text: "2" });
    await moving.git("branch", "new");
    const asked = server.requests.length;

    vi.advanceTimersByTime(4999);
    expect((await git.resolve("latest"))?.revision).toBe(before);
    expect((await git.resolve("main"))?.revision).toBe(before);
    expect(await git.resolve("new")).toBeUndefined();
    expect(server.requests).toHaveLength(asked);

    vi.advanceTimersByTime(1);
    expect((await git.resolve("latest"))?.revision).toBe(after);
    expect((await git.resolve("main"))?.revision).toBe(after);
    expect((await git.resolve("new"))?.revision).toBe(after);

    await server.close();
    expect((await git.resolve("latest"))?.revision).toBe(after);
    vi.advanceTimersByTime(5000);
    expect((await sourceRejection(git.resolve("latest"))).code).toBe(
      "ERR_PACKAGE_SOURCE_UNAVAILABLE",
    );
    expect((await git.resolve(after))?.revision).toBe(after);
  });

  test("are looked up once for simultaneous calls", async () => {
    const { repositoryUrl, requests } = await serve();
    const git = await source({ url: repositoryUrl });
    await git.resolve("latest");
    const once = requests.length;
    const fresh = await source({ url: repositoryUrl });
    const controller = new AbortController();
    const leaving = rejection(fresh.resolve("latest", { signal: controller.signal }));
    const staying = Array.from({ length: 20 }, async () => await fresh.resolve("latest"));
    controller.abort(new Error("left"));
    expect(await leaving).toEqual(new Error("left"));
    const found = await Promise.all(staying);
    expect(new Set(found.map((resolved) => resolved?.revision))).toEqual(new Set([commits.second]));
    expect(requests).toHaveLength(2 * once);
  });
});

describe("prepare", () => {
  test("builds the same from a commit's files in any directory", async () => {
    const [one, other] = [await source(), await source()];
    const resolved = (await one.resolve("v1"))!;
    const [closure, again, elsewhere] = await Promise.all([
      one.prepare(resolved, ["tool"], system),
      one.prepare(resolved, ["tool"], system),
      other.prepare(resolved, ["tool"], system),
    ]);
    expect(again).toEqual(closure);
    expect(elsewhere).toEqual(closure);
    expect(storeNames(closure.roots)).toEqual(["tool"]);
    expect(await readFile(closure.roots.join(""), "utf8")).toBe("first");
    const latest = await one.prepare((await one.resolve("latest"))!, ["tool"], system);
    expect(await readFile(latest.roots.join(""), "utf8")).toBe("second");
  });

  test("reads the package set in the subdirectory", async () => {
    const git = await source({ subdirectory: "nested/set/" });
    const resolved = (await git.resolve("stable"))!;
    expect(resolved.cacheKey).toBe(`git:${commits.stable}:nested/set`);
    const { roots } = await git.prepare(resolved, ["tool"], system);
    expect(await readFile(roots.join(""), "utf8")).toBe("nested");
  });

  test("does not access the repository for a commit whose files it has", async () => {
    const cache = await cacheDirectory();
    const server = await createGitServer({ root: dirname(repository.directory) });
    const url = `${server.url}/packages/.git`;
    const git = await source({ url, cacheDirectory: cache });
    const resolved = (await git.resolve("v1"))!;
    const before = await git.prepare(resolved, ["tool"], system);
    await server.close();
    const restarted = await source({ url, cacheDirectory: cache });
    expect(await restarted.prepare(resolved, ["tool"], system)).toEqual(before);
  });

  test("keeps the files of maxIdleCheckouts commits, and those in use", async () => {
    const cache = await cacheDirectory();
    const git = await source({ cacheDirectory: cache, maxIdleCheckouts: 1 });
    const kept = async (): Promise<readonly string[]> => {
      const [home = ""] = await readdir(cache);
      return (await readdir(join(cache, home))).toSorted();
    };
    const age = async (commit: string, hours: number): Promise<void> => {
      const [home = ""] = await readdir(cache);
      const time = Date.now() / 1000 - hours * 3600;
      await utimes(join(cache, home, commit), time, time);
    };
    await git.prepare((await git.resolve("v1"))!, ["tool"], system);
    await git.prepare((await git.resolve("main"))!, ["tool"], system);
    expect(await kept()).toEqual([commits.first, commits.second].toSorted());
    await age(commits.first, 3);
    await age(commits.second, 2);
    const lost = (await git.resolve("stable"))!;
    await git.prepare(lost, ["tool"], system);
    expect(await kept()).toEqual([commits.second, commits.stable].toSorted());
  });
});

describe("an unavailable repository", () => {
  test.each([
    ["does not exist", "/nowhere/at/all"],
    ["refuses connections", "http://127.0.0.1:1/x.git"],
    ["has no such host", "http://does-not-exist.invalid/x.git"],
  ])("that %s is an error on one line", async (_name, url) => {
    const git = await source({ url });
    for (const tag of ["latest", "main", "0".repeat(40)]) {
      const error = await sourceRejection(git.resolve(tag));
      expect(error.code).toBe("ERR_PACKAGE_SOURCE_UNAVAILABLE");
      expect(error.message).toMatch(/^[\P{Cc}]*$/u);
    }
  });

  test("times out when it stalls, or is disconnected when the last caller aborts", async () => {
    const asked = Promise.withResolvers<void>();
    const { repositoryUrl } = await serve({
      onRequest: async () => {
        asked.resolve();
        await new Promise(() => {});
      },
    });
    const slow = await source({ url: repositoryUrl, timeout: 300 });
    expect((await sourceRejection(slow.resolve("latest"))).message).toContain(
      "timed out after 0.3 s",
    );

    const git = await source({ url: repositoryUrl });
    const controller = new AbortController();
    const reason = new Error("left");
    const resolving = rejection(git.resolve("latest", { signal: controller.signal }));
    await asked.promise;
    controller.abort(reason);
    expect(await resolving).toBe(reason);
  });

  test("looks up a few unknown commits at a time, and HEAD without waiting for them", async () => {
    let asked = 0;
    const { repositoryUrl } = await serve({
      onRequest: async () => {
        asked += 1;
        if (asked <= 8) {
          await new Promise(() => {});
        }
      },
    });
    const git = await source({ url: repositoryUrl });
    const controller = new AbortController();
    const { signal } = controller;
    const madeUp = Array.from({ length: 30 }, (_, index) => String(index).padStart(40, "0"));
    const left = Promise.all(madeUp.map((tag) => rejection(git.resolve(tag, { signal }))));
    await vi.waitUntil(() => asked === 8, { timeout: 10_000 });
    expect((await git.resolve("latest"))?.revision).toBe(commits.second);
    const before = asked;
    controller.abort("left");
    expect(new Set(await left)).toEqual(new Set(["left"]));
    expect((await git.resolve(commits.first))?.revision).toBe(commits.first);
    expect(before).toBeLessThan(12);
  });

  test("without git is an error that explains how to install it", async () => {
    const git = await source({ gitProgram: "/nowhere/git" });
    expect(await sourceRejection(git.resolve("latest"))).toMatchObject({
      code: "ERR_PACKAGE_SOURCE_NOT_WORKING",
      message: expect.stringContaining("Install git"),
    });
  });

  test("whose files cannot be written is an error with its cause", async () => {
    const git = await source({ cacheDirectory: "/dev/null/cache" });
    const resolved = await git.resolve("v1");
    expect(await sourceRejection(git.prepare(resolved!, ["tool"], system))).toMatchObject({
      code: "ERR_PACKAGE_SOURCE_UNAVAILABLE",
      message: expect.stringContaining(
        "failed. Check permissions and free space of the server's cache directory",
      ),
      cause: expect.objectContaining({ path: expect.stringContaining("/dev/null/cache") }),
    });
    const temporary = await source();
    vi.stubEnv("TMPDIR", "/dev/null/tmp");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await sourceRejection(temporary.resolve("latest"))).toMatchObject({
      code: "ERR_PACKAGE_SOURCE_UNAVAILABLE",
      cause: expect.objectContaining({ path: expect.stringContaining("/dev/null/tmp") }),
    });
  });

  test("is never built from an unknown revision", async () => {
    const git = await source();
    const error = await sourceRejection(
      git.prepare({ cacheKey: "x", revision: "0".repeat(40) }, ["tool"], system),
    );
    expect(error).toMatchObject({ code: "ERR_PACKAGE_SOURCE_UNAVAILABLE" });
    await expect(git.prepare({ cacheKey: "x" }, ["tool"], system)).rejects.toMatchObject({
      code: "ERR_PACKAGE_SOURCE_INVALID_OPTION",
    });
  });
});

describe("credentials", () => {
  const password = "hunter2+secret";
  const written = encodeURIComponent(password);

  test("are used, and appear nowhere", async () => {
    const shown: string[] = [];
    const { repositoryUrl } = await serve({
      credentials: `robot:${password}`,
      onRequest: async () => {
        for (const pid of await readdir("/proc")) {
          const args = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
          if (args.includes("git")) {
            shown.push(args);
          }
        }
      },
    });
    const cache = await cacheDirectory();
    const url = repositoryUrl.replace("//", `//robot:${written}@`);
    const git = await source({
      url,
      cacheDirectory: cache,
    });
    const resolved = (await git.resolve("main"))!;
    await git.prepare(resolved, ["tool"], system);
    expect(git.name).toBe(repositoryUrl);
    expect(resolved.url).toBe(repositoryUrl);
    expect(shown.length).toBeGreaterThan(0);
    const [home = ""] = await readdir(cache);
    const files = await readdir(join(cache, home), { recursive: true });
    expect(files.map((file) => basename(file))).toContain("default.nix");
    expect(JSON.stringify([shown, resolved, git.name, files])).not.toMatch(/hunter2/);
  });

  test("that are wrong do not appear in the error", async () => {
    const { repositoryUrl } = await serve({ credentials: "robot:other" });
    const git = await source({ url: repositoryUrl.replace("//", `//robot:${written}@`) });
    const error = await sourceRejection(git.resolve("main"));
    expect(error.code).toBe("ERR_PACKAGE_SOURCE_UNAVAILABLE");
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toMatch(
      /hunter2|secret/,
    );
    expect(error.message).toContain(repositoryUrl);
  });
});

describe("options", () => {
  const invalidOption = expect.objectContaining({ code: "ERR_PACKAGE_SOURCE_INVALID_OPTION" });

  test.each([
    ["https://user:password@example.org/x.git?token=abcdef#y", "https://example.org/x.git"],
    ["ssh://git:password@example.org:22/x.git", "ssh://git@example.org:22/x.git"],
    ["git@example.org:owner/x.git", "git@example.org:owner/x.git"],
    ["file:///srv/x.git", "file:///srv/x.git"],
    ["git://example.org/x.git", "git://example.org/x.git"],
    ["/srv/x.git", "/srv/x.git"],
  ])("the name of %s is %s", (url, name) => {
    expect(createGitSource({ url }).name).toBe(name);
  });

  test.each([
    "ext::sh -c touch% /tmp/x",
    "--upload-pack=touch x",
    "-x@host:path",
    "user@-oProxyCommand=x:path",
    "user@host:-x",
    "ssh://-oProxyCommand=x/path",
    "fd::17",
    "relative/path",
    "ftp://example.org/x.git",
    "",
  ])("the address %j is invalid", (url) => {
    expect(() => createGitSource({ url })).toThrow(invalidOption);
  });

  test.each(["../x", "/x", "a/../../x", ".."])("the subdirectory %j is invalid", (subdirectory) => {
    expect(() => createGitSource({ url: "/srv/x.git", subdirectory })).toThrow(invalidOption);
  });
});
