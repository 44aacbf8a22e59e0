import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pipeline } from "node:stream/promises";
import { expect, it } from "vitest";
import { manifestDigest, pullImage } from "./support/pull.ts";
import { type Registry, startRegistry } from "./support/registry.ts";
import { inRepository } from "./support/repository.ts";

const image = "curl/jq";

/** Steps before and while programs of Nix run. */
const whileNixRuns = [2, 4, 6, 8];
/** Kills that are spread evenly over all steps, before the one at the last step. */
const spread = 15;

it("recovers from 20 kills during a build", { timeout: 600_000 }, async () => {
  // The first run may build the packages, which the killed ones then do not.
  await countSteps();
  const { digest, steps } = await countSteps();
  const evenly = Array.from({ length: spread }, (_, kill) =>
    Math.floor(((kill + 1) * steps) / (spread + 1)),
  );
  // The number of steps varies a little, so the last one has no number.
  for (const step of [...whileNixRuns, ...evenly, "last"] as const) {
    const storage = await mkdtemp(join(tmpdir(), "nixery-kill-"));
    try {
      await killDuringPull(storage, step);
      await expectSoundBlobs(storage);
      const restarted = await startRegistry({ storage });
      for (const directory of ["staging", ".temporary", ".locks"]) {
        expect(await readdir(join(storage, directory))).toEqual([]);
      }
      expect((await pullImage(restarted.url, image)).digest).toBe(digest);
      await expectSoundBlobs(storage);
      await restarted.stop();
    } finally {
      await rm(storage, { recursive: true, force: true });
    }
  }
});

/** Starts a server that counts the steps of its build and kills itself at one of them. */
function startCounting(storage?: string, killAt?: number | "last"): Promise<Registry> {
  const preload = pathToFileURL(inRepository("test/support/kill-at-step.ts")).href;
  return startRegistry({
    storage,
    env: {
      NODE_OPTIONS: `--import=${preload}`,
      NIXERY_LOG_FORMAT: "json",
      DEBUG: "nixery:cli",
      ...(killAt === undefined ? {} : { KILL_AT_STEP: String(killAt) }),
    },
  });
}

async function countSteps(): Promise<{ readonly digest: string; readonly steps: number }> {
  const registry = await startCounting();
  const digest = await manifestDigest(registry.url, image);
  const [, steps] = await registry.service.waitFor(/steps of the build: (\d+)/);
  await registry.stop();
  return { digest, steps: Number(steps) };
}

async function killDuringPull(storage: string, step: number | "last"): Promise<void> {
  const registry = await startCounting(storage, step);
  await expect(manifestDigest(registry.url, image)).rejects.toThrow("fetch failed");
  await registry.service.stop();
  expect(registry.service.child.signalCode).toBe("SIGKILL");
}

async function expectSoundBlobs(storage: string): Promise<void> {
  const directory = join(storage, "blobs");
  const files = await readdir(directory).catch((): string[] => []);
  for (const file of files) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(directory, file)), hash);
    expect(`sha256-${hash.digest("hex")}`).toBe(file);
  }
}
