import { readFile } from "node:fs/promises";
import { createChannelSource, type ChannelSourceOptions } from "@nixery/nix";
import type { PackageSource } from "@nixery/package-source";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { createTestRepository, type TestRepository } from "./support/git-repository.ts";
import { createTestStore, nixInstallations, system, type TestStore } from "./support/nix-store.ts";
import { archive, createNixpkgsStandIn, type NixpkgsStandIn } from "./support/nixpkgs-server.ts";
import { sourceRejection, rejection } from "./support/rejection.ts";

vi.setConfig({ testTimeout: 60_000 });

const packageSet = `{ system, config ? throw "config", overlays ? throw "overlays" }: {
  tool = derivation {
    name = "tool"; inherit system; builder = "/bin/sh"; PATH = "/usr/bin:/bin";
    args = [ "-ec" "cat $src > $out" ]; src = ./text;
  };
}`;

interface Release {
  commit: string;
  tarball: Uint8Array;
}

const first: Release = { commit: "", tarball: new Uint8Array() };
const second: Release = { commit: "", tarball: new Uint8Array() };
let repository: TestRepository;
let server: NixpkgsStandIn;

beforeAll(async () => {
  repository = await createTestRepository();
  for (const [item, text] of [
    [first, "first"],
    [second, "second"],
  ] as const) {
    item.commit = await repository.commit(
      { "default.nix": packageSet, text },
      `2024-03-0${text.length}T10:00:00Z`,
    );
    item.tarball = await archive(repository.directory, item.commit);
  }
});
afterAll(async () => await repository.remove());

beforeEach(async () => {
  server = await createNixpkgsStandIn();
  onTestFinished(async () => await server.close());
  const { answers } = server;
  answers.set("/channels/unstable/git-revision", { body: `${first.commit}\n` });
  answers.set("/channels/stable-1.0/git-revision", { body: second.commit });
  answers.set(`/nixpkgs/archive/${first.commit}.tar.gz`, { body: first.tarball });
  answers.set(`/nixpkgs/archive/${second.commit}.tar.gz`, { body: second.tarball });
  answers.set("/nixpkgs/archive/master.tar.gz", { body: second.tarball });
});
afterEach(() => vi.useRealTimers());

function source(options: Partial<ChannelSourceOptions> = {}): PackageSource {
  return createChannelSource({
    channel: "unstable",
    channelsUrl: `${server.url}/channels/`,
    nixpkgsUrl: `${server.url}/nixpkgs`,
    ...options,
  });
}

describe("resolve", () => {
  test("pins the configured channel, with the date of its commit", async () => {
    expect(await source().resolve("latest")).toEqual({
      cacheKey: `nixpkgs:${first.commit}`,
      revision: first.commit,
      url: `${server.url}/nixpkgs`,
      created: new Date("2024-03-05T10:00:00Z"),
    });
  });

  test("accepts other channels, branches and commits as tags", async () => {
    const nixpkgs = source();
    for (const tag of ["stable-1.0", "master", second.commit, second.commit.toUpperCase()]) {
      expect(await nixpkgs.resolve(tag)).toMatchObject({
        revision: second.commit,
        created: new Date("2024-03-06T10:00:00Z"),
      });
    }
  });

  test("accepts a commit as the channel", async () => {
    const nixpkgs = source({ channel: second.commit });
    expect((await nixpkgs.resolve("latest"))?.revision).toBe(second.commit);
    expect(server.requests).toEqual([`/nixpkgs/archive/${second.commit}.tar.gz`]);
  });

  test("returns undefined for any other tag", async () => {
    const nixpkgs = source();
    expect(await nixpkgs.resolve("unknown")).toBeUndefined();
    expect(await nixpkgs.resolve("0".repeat(40))).toBeUndefined();
    const asked = server.requests.length;
    for (const tag of ["", "..", "a/b", "../x", "a b", "x?y", "-x", "x\n"]) {
      expect(await nixpkgs.resolve(tag)).toBeUndefined();
    }
    expect(await nixpkgs.resolve("unknown")).toBeUndefined();
    expect(server.requests).toHaveLength(asked);
  });

  test("looks up a few unknown tags at a time, and the channel without waiting for them", async () => {
    const tags = Array.from({ length: 30 }, (_, index) => `tag${index}`);
    for (const tag of tags) {
      server.answers.set(`/channels/${tag}/git-revision`, { stalls: Buffer.from("0") });
    }
    const nixpkgs = source({ pinFor: 0, timeout: 5000 });
    const controller = new AbortController();
    const { signal } = controller;
    const left = Promise.all(tags.map((tag) => rejection(nixpkgs.resolve(tag, { signal }))));
    await vi.waitUntil(() => server.requests.length === 8);
    expect((await nixpkgs.resolve("latest"))?.revision).toBe(first.commit);
    expect(server.requests.filter((url) => url.includes("/tag"))).toHaveLength(8);
    controller.abort("left");
    expect(new Set(await left)).toEqual(new Set(["left"]));
    expect((await nixpkgs.resolve("master"))?.revision).toBe(second.commit);
    expect(server.requests.filter((url) => url.includes("/tag"))).toHaveLength(8);
  });

  test("reads only the first blocks of a tarball", async () => {
    const stalls = first.tarball.subarray(0, first.tarball.length - 20);
    server.answers.set(`/nixpkgs/archive/${first.commit}.tar.gz`, { stalls });
    expect((await source().resolve("latest"))?.created).toEqual(new Date("2024-03-05T10:00:00Z"));
    await vi.waitUntil(() => server.left() === 1);
  });

  test("has no date when the tarball is not that of the commit", async () => {
    server.answers.set(`/nixpkgs/archive/${first.commit}.tar.gz`, { body: second.tarball });
    expect(await source().resolve("latest")).toMatchObject({
      revision: first.commit,
      created: undefined,
    });
  });

  test("keeps pins for pinFor, and no longer", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const nixpkgs = source({ pinFor: 5000 });
    await nixpkgs.resolve("latest");
    expect(await nixpkgs.resolve("later")).toBeUndefined();
    server.answers.set("/channels/unstable/git-revision", { body: second.commit });
    server.answers.set("/channels/later/git-revision", { body: second.commit });
    const asked = server.requests.length;

    vi.advanceTimersByTime(4999);
    expect((await nixpkgs.resolve("latest"))?.revision).toBe(first.commit);
    expect(await nixpkgs.resolve("later")).toBeUndefined();
    expect(server.requests).toHaveLength(asked);

    vi.advanceTimersByTime(1);
    expect((await nixpkgs.resolve("latest"))?.revision).toBe(second.commit);
    expect((await nixpkgs.resolve("later"))?.revision).toBe(second.commit);

    await server.close();
    vi.advanceTimersByTime(5000);
    expect((await sourceRejection(nixpkgs.resolve("latest"))).code).toBe(
      "ERR_PACKAGE_SOURCE_UNAVAILABLE",
    );
    expect((await nixpkgs.resolve(first.commit))?.revision).toBe(first.commit);
  });

  test("sends one request for simultaneous calls", async () => {
    const nixpkgs = source();
    await Promise.all(Array.from({ length: 20 }, async () => await nixpkgs.resolve("latest")));
    expect(server.requests).toHaveLength(2);
  });

  test("lists the configured channel", async () => {
    expect(await source().tags!()).toEqual(["latest", "unstable"]);
  });
});

describe("failing servers", () => {
  test.each([
    ["an error", { status: 500 }, "status 500"],
    ["a page", { body: "<html>" }, "not a commit hash"],
  ])("that send %s as the revision make the source unavailable", async (_name, answer, reason) => {
    server.answers.set("/channels/unstable/git-revision", answer);
    const error = await sourceRejection(source().resolve("latest"));
    expect(error.code).toBe("ERR_PACKAGE_SOURCE_UNAVAILABLE");
    expect(error.message).toContain(reason);
  });

  test.each([
    ["an error", { status: 503 }],
    ["a page", { body: "<html></html>" }],
    ["nothing", { body: "" }],
  ])("that send %s as the tarball make the source unavailable", async (_name, answer) => {
    server.answers.set(`/nixpkgs/archive/${first.commit}.tar.gz`, answer);
    const error = await sourceRejection(source().resolve("latest"));
    expect(error.code).toBe("ERR_PACKAGE_SOURCE_UNAVAILABLE");
    expect(error.message).toMatch(/^[\P{Cc}]*$/u);
  });

  test("that lack the configured channel make the source unavailable", async () => {
    const error = await sourceRejection(source({ channel: "unknown" }).resolve("latest"));
    expect(error.code).toBe("ERR_PACKAGE_SOURCE_UNAVAILABLE");
    expect(error.message).toContain('configured channel "unknown"');
  });

  test("that stall time out, or are disconnected when the last caller aborts", async () => {
    server.answers.set("/channels/unstable/git-revision", { stalls: Buffer.from("1") });
    const slow = await sourceRejection(source({ timeout: 200 }).resolve("latest"));
    expect(slow.code).toBe("ERR_PACKAGE_SOURCE_UNAVAILABLE");
    expect(slow.message).toContain("timed out after 0.2 s");

    const controller = new AbortController();
    const reason = new Error("left");
    const resolving = rejection(source().resolve("latest", { signal: controller.signal }));
    await vi.waitUntil(() => server.requests.length === 2);
    controller.abort(reason);
    expect(await resolving).toBe(reason);
    await vi.waitUntil(() => server.left() === 2);
  });

  test("do not receive an invalid channel", () => {
    expect(() => createChannelSource({ channel: "../x" })).toThrow(
      expect.objectContaining({
        code: "ERR_PACKAGE_SOURCE_INVALID_OPTION",
        message: expect.stringContaining('Invalid channel "../x".'),
      }),
    );
  });
});

describe.each(nixInstallations())("prepare with $name", ({ binDirectory }) => {
  let store: TestStore;
  beforeEach(async () => {
    store = await createTestStore(binDirectory);
    onTestFinished(async () => await store.remove());
  });

  test("builds from the tarball and fetches it once", async () => {
    const nixpkgs = source({ nix: store.nix() });
    const resolved = (await nixpkgs.resolve("latest"))!;
    const asked = server.requests.length;
    const closure = await nixpkgs.prepare(resolved, ["tool"], system);
    expect(await readFile(closure.roots.join(""), "utf8")).toBe("first");
    expect(server.requests).toHaveLength(asked + 1);
    expect(await nixpkgs.prepare(resolved, ["tool"], system)).toEqual(closure);
    expect(server.requests).toHaveLength(asked + 1);
  });

  test("is unavailable without the tarball", async () => {
    const nixpkgs = source({ nix: store.nix() });
    const error = await sourceRejection(
      nixpkgs.prepare({ cacheKey: "x", revision: "0".repeat(40) }, ["tool"], system),
    );
    expect(error.code).toBe("ERR_PACKAGE_SOURCE_UNAVAILABLE");
    expect(error.message).toMatch(/^[\P{Cc}]*$/u);
  });
});
