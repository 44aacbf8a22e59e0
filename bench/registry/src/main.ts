// How fast the registry serves stored content, beside bare node:http and, where it is installed,
// Debian's docker-registry. All are measured in turn, in several rounds; medians are printed.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContent } from "@nixery/content";
import type { Encoded } from "@nixery/manifest";
import { createFsStorage } from "@nixery/storage-fs";
import { type Contestant, startOwn } from "./contestant.ts";
import { startDockerRegistry } from "./docker-registry.ts";
import { makeImage } from "./image.ts";
import { type LoadOptions, measure, median } from "./load.ts";

const rounds = 3;
const directory = await mkdtemp(join(tmpdir(), "nixery-bench-"));
const contestants: Contestant[] = [];
try {
  if (!isInstalled("wrk")) {
    throw new Error("This benchmark needs wrk; install it first.");
  }
  await compare();
} finally {
  for (const contestant of contestants) {
    await contestant.stop();
  }
  await rm(directory, { recursive: true });
}

async function compare(): Promise<void> {
  const image = makeImage();
  const [manifest, blob] = [join(directory, "manifest"), join(directory, "blob")];
  await writeFile(manifest, image.manifest.bytes);
  await writeFile(blob, image.blobs[0]?.bytes ?? "");
  const content = createContent(await createFsStorage({ directory: join(directory, "storage") }));
  for (const encoded of [image.manifest, ...image.blobs]) {
    await content.storeDocument(encoded);
  }
  const { digest, mediaType, size } = image.manifest.descriptor;
  const own = ["registry", join(directory, "storage"), digest, mediaType, String(size)];
  contestants.push(await startOwn("registry-handler", own));
  contestants.push(await startOwn("bare, 64 KiB reads", ["bare", manifest, blob, "65536"]));
  contestants.push(await startOwn("bare, 1 MiB reads", ["bare", manifest, blob, "1048576"]));
  if (isInstalled("docker-registry")) {
    contestants.push(await startDockerRegistry(join(directory, "docker-registry"), image));
  } else {
    console.log("docker-registry is not installed; it is left out");
  }
  await compareAt("manifest by digest", `/v2/bench/manifests/${digest}`, "requestsPerSecond", {
    connections: 32,
    seconds: 2,
    headers: [`Accept: ${mediaType}`],
  });
  await compareAt("manifest by tag", "/v2/bench/manifests/latest", "requestsPerSecond", {
    connections: 32,
    seconds: 2,
    headers: [`Accept: ${mediaType}`],
  });
  await compareAt("blob", `/v2/bench/blobs/${large(image.blobs)}`, "megabytesPerSecond", {
    connections: 4,
    seconds: 3,
  });
}

async function compareAt(
  title: string,
  path: string,
  unit: "requestsPerSecond" | "megabytesPerSecond",
  options: LoadOptions,
): Promise<void> {
  const results = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, url } of contestants) {
      results.get(name)?.push((await measure(url + path, options))[unit]);
    }
  }
  const reference = median(results.get("registry-handler") ?? []);
  console.log(`\n${title} (${unit === "requestsPerSecond" ? "requests/s" : "MB/s"})`);
  for (const [name, values] of results) {
    const value = median(values);
    const ratio = (reference / value).toFixed(2);
    console.log(`  ${name.padEnd(20)}${value.toFixed(0).padStart(8)}   ours/this ${ratio}`);
  }
}

function large(blobs: readonly Encoded[]): string {
  return blobs[0]?.descriptor.digest ?? "";
}

function isInstalled(command: string): boolean {
  try {
    execFileSync("which", [command], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
