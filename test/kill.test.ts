import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pipeline } from "node:stream/promises";
import { expect, it } from "vitest";
import { manifestDigest, pullImage } from "./support/pull.ts";
import { startRegistry } from "./support/registry.ts";

const kills = 24;
const image = "shell/git";

it(`survives ${kills} kills in the middle of a build`, { timeout: 600_000 }, async () => {
  const reference = await startRegistry();
  const started = performance.now();
  const digest = await manifestDigest(reference.url, image);
  const buildTime = performance.now() - started;
  await reference.stop();

  let interrupted = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const storage = await mkdtemp(join(tmpdir(), "nixery-kill-"));
    try {
      // Moments spread over the whole build, none of them twice.
      interrupted += await killDuringPull(storage, ((kill + Math.random()) / kills) * buildTime);
      await expectSoundBlobs(storage);
      const restarted = await startRegistry({ storage });
      expect(await readdir(join(storage, "staging"))).toEqual([]);
      expect((await pullImage(restarted.url, image)).digest).toBe(digest);
      await expectSoundBlobs(storage);
      await restarted.stop();
    } finally {
      await rm(storage, { recursive: true, force: true });
    }
  }
  expect(interrupted).toBeGreaterThanOrEqual(20);
});

/** Kills a server that builds; 1 when the pull was cut off, 0 when it was answered before. */
async function killDuringPull(storage: string, moment: number): Promise<number> {
  const registry = await startRegistry({ storage });
  const pull = manifestDigest(registry.url, image).then(
    () => 0,
    () => 1,
  );
  await delay(moment);
  await registry.service.stop("SIGKILL");
  return pull;
}

async function expectSoundBlobs(storage: string): Promise<void> {
  const folder = join(storage, "layers");
  const files = await readdir(folder).catch((): string[] => []);
  for (const file of files) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(folder, file)), hash);
    expect(hash.digest("hex")).toBe(basename(file));
  }
}
