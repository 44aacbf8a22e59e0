import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const here = import.meta.dirname;
const node = [process.execPath, "--conditions=@nixery/source"] as const;
const sizes = process.argv.slice(2).map(Number);

const server = spawn(node[0], [node[1], join(here, "cache-server.ts")], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const [port] = await once(server.stdout, "data");
  const url = `http://127.0.0.1:${String(port).trim()}`;
  console.log("| paths | count | paths/s | CPU | peak memory | curl, 32 at a time |");
  console.log("|---|---|---|---|---|---|");
  for (const size of sizes.length > 0 ? sizes : [2000, 10_000, 40_000]) {
    const counted = count(url, size);
    const row = [
      size,
      `${counted.seconds.toFixed(1)} s`,
      Math.round(size / counted.seconds),
      `${counted.cpuSeconds.toFixed(1)} s`,
      `${Math.round(counted.mebibytes)} MiB (${Math.round(counted.mebibytesBefore)} at start)`,
      await fetchWithCurl(url, size),
    ];
    console.log(`| ${row.join(" | ")} |`);
  }
} finally {
  server.kill();
}

interface Counted {
  readonly paths: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly mebibytes: number;
  readonly mebibytesBefore: number;
}

function count(url: string, size: number): Counted {
  const { stdout, status } = spawnSync(
    node[0],
    [node[1], join(here, "count.ts"), url, `${url}/list-${size}`],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  const counted: Counted | undefined = status === 0 ? JSON.parse(stdout) : undefined;
  if (counted?.paths !== size) {
    throw new Error(`Counting ${size} paths failed.`);
  }
  return counted;
}

/** The same files with curl, which discards them: the limit. */
async function fetchWithCurl(url: string, size: number): Promise<string> {
  const list = await (await fetch(`${url}/list-${size}`)).text();
  const directory = mkdtempSync(join(tmpdir(), "nixery-bench-"));
  try {
    const config = join(directory, "config");
    const hashes = [...list.matchAll(/^\/nix\/store\/(\w{32})-/gm)].map(([, hash]) => hash);
    writeFileSync(
      config,
      hashes.map((hash) => `url = "${url}/${hash}.narinfo"\noutput = "/dev/null"\n`).join(""),
    );
    const started = performance.now();
    const args = ["--silent", "--fail", "--parallel", "--parallel-max", "32", "--config", config];
    const { status, error } = spawnSync("curl", args, { stdio: "ignore" });
    if (error !== undefined) {
      return "not installed";
    }
    const seconds = (performance.now() - started) / 1000;
    return status === 0 ? `${seconds.toFixed(1)} s` : `failed with ${status}`;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
