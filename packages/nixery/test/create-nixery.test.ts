import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFetchHandler } from "@nixery/nixery/fetch";
import { createNodeListener } from "@nixery/nixery/node";
import { createNixery, type NixeryEvent, type PackageSource } from "@nixery/nixery";
import { createMemoryStorage } from "@nixery/storage/memory";
import { expect, it, vi } from "vitest";

/** A package set without packages, and a tag that never resolves. */
const packages: PackageSource = {
  name: "test",
  resolve: (tag, { signal } = {}) =>
    tag === "stuck"
      ? new Promise((_, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
        })
      : Promise.resolve(tag === "latest" ? { cacheKey: "fixed" } : undefined),
  prepare: () => Promise.resolve({ roots: [], paths: [] }),
};

const url = "http://registry.example/v2/shell/manifests";

it("answers a pull with what the builder made, and tells about both", async () => {
  const events: NixeryEvent["type"][] = [];
  const nixery = createNixery({
    packages,
    storage: createMemoryStorage(),
    onEvent: ({ type }) => events.push(type),
  });
  const answer = createFetchHandler(nixery.handler);
  const response = await answer(new Request(`${url}/latest`));
  expect(response?.status).toBe(200);
  expect(await response?.json()).toMatchObject({ schemaVersion: 2, layers: [expect.anything()] });
  expect(events.at(0)).toBe("image-requested");
  expect(events).toContain("image-stored");
  expect(events.at(-1)).toBe("request-answered");
  await nixery.close();
});

it("gives the builder the options that concern names", async () => {
  const storage = createMemoryStorage();
  const metaPackages = { devtools: ["git", "jq"] };
  const nixery = createNixery({ packages, storage, metaPackages, maxPackages: 5 });
  const known = await nixery.images.explain({ name: "devtools", tag: "latest" });
  expect(known).toMatchObject({ image: { packages: ["cacert", "git", "iana-etc", "jq"] } });
  const tooMany = await nixery.images.explain({ name: "a/b/c/d/e/f", tag: "latest" });
  expect(tooMany.kind).toBe("invalid-name");
  await nixery.close();
});

it("cancels what is under way when it is closed", async () => {
  const nixery = createNixery({ packages, storage: createMemoryStorage() });
  const pull = nixery.images.image({ name: "git", tag: "stuck", format: "oci" });
  await nixery.close();
  expect(await pull).toMatchObject({ kind: "unavailable" });
});

it("tells an impatient client in time that its image waits, and keeps its place", async () => {
  const gate = Promise.withResolvers<void>();
  const events: NixeryEvent[] = [];
  const images = (type: "build-queued" | "image-stored"): string[] =>
    events.flatMap((event) => (event.type === type ? event.image : []));
  const nixery = createNixery({
    packages: {
      ...packages,
      prepare: async () => await gate.promise.then(() => ({ roots: [], paths: [] })),
    },
    storage: createMemoryStorage(),
    concurrency: { maxBuilds: 1 },
    maxBuildWait: (userAgent) => (userAgent === "impatient" ? 0 : Infinity),
    onEvent: (event) => events.push(event),
  });
  const server = createServer(createNodeListener(nixery.handler)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const pull = async (name: string, userAgent = "patient"): Promise<Response> =>
    await fetch(`http://127.0.0.1:${port}/v2/${name}/manifests/latest`, {
      headers: { "user-agent": userAgent, connection: "close" },
    });

  const first = pull("first");
  await vi.waitFor(() => {
    expect(events.map(({ type }) => type)).toContain("nix-started");
  });
  const told = await pull("second", "impatient");
  expect(told.status).toBe(503);
  expect(told.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(await told.json()).toMatchObject({
    errors: [{ code: "TOOMANYREQUESTS", message: expect.stringContaining("still being built") }],
  });
  // The connection is closed by now, and its place is still that of the image.
  expect((await pull("second", "impatient")).status).toBe(503);
  expect(images("build-queued")).toEqual(["x86_64-linux:cacert/iana-etc/second"]);
  gate.resolve();
  expect((await first).status).toBe(200);
  expect((await pull("second")).status).toBe(200);
  expect(images("image-stored")).toEqual([
    "x86_64-linux:cacert/first/iana-etc",
    "x86_64-linux:cacert/iana-etc/second",
  ]);
  server.close();
  await nixery.close();
});
