import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createPathSource } from "@nixery/nix";
import { createNixery } from "@nixery/nixery";
import type { NixeryEvent } from "@nixery/nixery";
import { createNodeListener } from "@nixery/nixery/node";
import { createMemoryStorage } from "@nixery/storage/memory";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bundledPackages } from "./support/bundled-packages.ts";
import { manifestDigest } from "./support/pull.ts";

let url: string;
let close: () => Promise<void>;
let events: NixeryEvent[];

beforeEach(async () => {
  const { directory } = await bundledPackages();
  events = [];
  const nixery = createNixery({
    storage: createMemoryStorage(),
    packages: createPathSource({ path: directory }),
    onEvent: (event) => events.push(event),
  });
  const server = createServer(createNodeListener(nixery.handler));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server has such an address
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = async () => {
    server.close();
    server.closeAllConnections();
    await nixery.close();
  };
});

afterEach(() => close());

function count(type: NixeryEvent["type"]): number {
  return events.filter((event) => event.type === type).length;
}

it("builds a cold image once for a hundred clients", async () => {
  const clients = Array.from({ length: 100 }, (_, index) =>
    manifestDigest(url, index % 2 === 0 ? "shell/git/htop" : "shell/htop/git"),
  );
  expect(new Set(await Promise.all(clients)).size).toBe(1);
  expect(count("nix-started")).toBe(1);
  const layers = events.filter((event) => event.type === "layer-started");
  expect(layers.length).toBeGreaterThan(5);
  expect(new Set(layers.map(({ layer }) => layer)).size).toBe(layers.length);
});

it("goes on for the others when a client leaves", async () => {
  const leaver = new AbortController();
  const left = fetch(`${url}/v2/shell/jq/manifests/latest`, { signal: leaver.signal });
  const stayed = manifestDigest(url, "shell/jq");
  while (count("nix-started") === 0) {
    await new Promise(setImmediate);
  }
  leaver.abort(new Error("the client has left"));
  await expect(left).rejects.toThrow("the client has left");
  expect(await stayed).toMatch(/^sha256:/);
  expect(count("nix-started")).toBe(1);
});
