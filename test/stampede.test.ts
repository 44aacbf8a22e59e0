import type { NixeryEvent } from "@nixery/nixery";
import { createMemoryStorage } from "@nixery/storage/memory";
import { afterEach, beforeEach, expect, it } from "vitest";
import { embedRegistry, type EmbeddedRegistry } from "./support/embedded-registry.ts";
import { manifestDigest } from "./support/pull.ts";

let registry: EmbeddedRegistry;

beforeEach(async () => {
  registry = await embedRegistry({ storage: createMemoryStorage() });
});

afterEach(() => registry.close());

function count(type: NixeryEvent["type"]): number {
  return registry.events.filter((event) => event.type === type).length;
}

it("builds a cold image once for a hundred clients", async () => {
  const clients = Array.from({ length: 100 }, (_, index) =>
    manifestDigest(registry.url, index % 2 === 0 ? "shell/git/htop" : "shell/htop/git"),
  );
  expect(new Set(await Promise.all(clients)).size).toBe(1);
  expect(count("nix-started")).toBe(1);
  const layers = registry.events.filter((event) => event.type === "layer-started");
  expect(layers.length).toBeGreaterThan(5);
  expect(new Set(layers.map(({ layer }) => layer)).size).toBe(layers.length);
});

it("continues for the others when a client disconnects", async () => {
  const client = new AbortController();
  const manifest = `${registry.url}/v2/shell/jq/manifests/latest`;
  const aborted = fetch(manifest, { signal: client.signal }).catch((error: unknown) => error);
  const other = manifestDigest(registry.url, "shell/jq");
  while (count("nix-started") === 0) {
    await new Promise(setImmediate);
  }
  client.abort(new Error("aborted by the test"));
  expect(await aborted).toMatchObject({ message: "aborted by the test" });
  expect(await other).toMatch(/^sha256:/);
  expect(count("nix-started")).toBe(1);
});
