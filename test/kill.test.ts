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

/** Kills that have to hit a build, and those that may come before or after one. */
const hits = 20;
const attempts = 60;
const image = "curl/jq";

it(`survives ${hits} kills in the middle of a build`, { timeout: 600_000 }, async () => {
  const { digest } = await timeBuild();
  // The first build found the packages' files cold, and killed ones will not.
  const { duration } = await timeBuild();

  let interrupted = 0;
  for (let attempt = 0; interrupted < hits; attempt += 1) {
    expect(attempt).toBeLessThan(attempts);
    const storage = await mkdtemp(join(tmpdir(), "nixery-kill-"));
    try {
      interrupted += await killDuringPull(storage, Math.random() * duration);
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
});

async function timeBuild(): Promise<{ digest: string; duration: number }> {
  const registry = await startRegistry();
  const started = performance.now();
  const digest = await manifestDigest(registry.url, image);
  const duration = performance.now() - started;
  await registry.stop();
  return { digest, duration };
}

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
