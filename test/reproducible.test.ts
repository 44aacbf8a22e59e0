import { afterAll, beforeAll, expect, it } from "vitest";
import { manifestDigest } from "./support/pull.ts";
import { startRegistry, type Registry } from "./support/registry.ts";

let first: Registry;
let second: Registry;

beforeAll(async () => {
  first = await startRegistry();
  // Another number of threads changes the order in which blocks and layers complete.
  second = await startRegistry({ env: { UV_THREADPOOL_SIZE: "1" } });
});

afterAll(() => Promise.all([first.stop(), second.stop()]));

it("builds the same image on two servers with empty storages, in any order of packages", async () => {
  const digests = await Promise.all([
    manifestDigest(first.url, "shell/git/htop/jq"),
    manifestDigest(second.url, "shell/jq/htop/git"),
    manifestDigest(second.url, "shell/htop/git/jq/git"),
  ]);
  expect(new Set(digests).size).toBe(1);
});

it("builds the same image alone and while others are built", async () => {
  const names = ["shell/curl", "python3/curl", "curl/openssl"];
  const alone: string[] = [];
  for (const name of names) {
    alone.push(await manifestDigest(first.url, name));
  }
  const together = await Promise.all(names.map((name) => manifestDigest(second.url, name)));
  expect(together).toEqual(alone);
});
