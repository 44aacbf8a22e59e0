import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { hasNamespaces } from "../scripts/peers.mjs";
import { manifestDigest, pullImage } from "./support/pull.ts";
import { startRegistry } from "./support/registry.ts";

/** npm test reports a machine without namespaces; CI fails there. */
const canMount = process.env["CI"] !== undefined || hasNamespaces();

/** Free bytes of the full disk: some small objects fit, but no large layer. */
const freeBytes = 300_000;

it.skipIf(!canMount)("serves again when a full disk has space, and logs one error", async () => {
  const storage = await mkdtemp(join(tmpdir(), "nixery-full-"));
  onTestFinished(() => rm(storage, { recursive: true, force: true }));
  const registry = await startRegistry({
    storage,
    env: { NIXERY_LOG_FORMAT: "json" },
    wrapper: [
      ...["unshare", "--mount", "--map-root-user", "/bin/sh", "-ec"],
      ...['mount -t tmpfs -o size=64m tmpfs "$0"; exec "$@"', storage],
    ],
  });
  onTestFinished(() => registry.stop());
  // The mount is visible to the server alone.
  const disk = `/proc/${registry.service.child.pid}/root${storage}`;
  const filler = join(disk, "filler");
  const { bavail, bsize } = await statfs(disk);
  await writeFile(filler, Buffer.alloc(bavail * bsize - freeBytes));

  const pull = (): Promise<string> => manifestDigest(registry.url, "hello");
  const refused = await Promise.allSettled([pull(), pull(), pull()]);
  expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  const entries = registry.service.output().match(/^\{.*\}$/gm) ?? [];
  const errors = entries.filter((entry) => entry.includes('"severity":"ERROR"'));
  expect(errors).toEqual([expect.stringMatching(/Building .* failed\..*no space left \(ENOSPC\)/)]);
  expect(errors[0]).toContain(`fs:${storage}`);

  await rm(filler);
  expect((await pullImage(registry.url, "hello")).manifest.layers.length).toBeGreaterThan(1);
});
