import { rm } from "node:fs/promises";
import { expect, it } from "vitest";
import { pullImage } from "./support/pull.ts";
import { startRegistry } from "./support/registry.ts";

it("continues when its storage is deleted", async () => {
  const registry = await startRegistry();
  try {
    await pullImage(registry.url, "hello");
    await rm(registry.storage, { recursive: true });
    // Shares layers with the first image, which are still in memory.
    const { manifest } = await pullImage(registry.url, "hello/jq");
    expect(manifest.layers.length).toBeGreaterThan(2);
  } finally {
    await registry.stop();
  }
});
