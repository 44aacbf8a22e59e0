import type { PackageSource } from "@nixery/nix";
import { createFetchHandler } from "@nixery/nixery/fetch";
import { createNixery } from "@nixery/nixery";
import type { NixeryEvent } from "@nixery/nixery";
import { createMemoryStorage } from "@nixery/storage/memory";
import { expect, it } from "vitest";

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
