import { setTimeout as delay } from "node:timers/promises";
import {
  buildDirectory,
  isRunning,
  listProcesses,
  type ProcessInfo,
  readProcess,
} from "./process-table.ts";

/** How long a program may take to stop its own children before it is killed, in milliseconds. */
const graceMilliseconds = 3000;

/** More than any build needs, except one that starts processes in a loop. */
const maxRounds = 10;

/**
 * Stops the process group led by `leader` and all processes that it started, including those with a
 * session of their own, such as Nix's builders, or whose parent has exited. Resolves when all have
 * exited.
 *
 * Nix gets a signal first, so that it stops its builders and releases its locks. Without `/proc`,
 * only they and the process group are stopped.
 */
export async function stopProcessTree(leader: number, ended: Promise<unknown>): Promise<void> {
  const before = await listProcesses();
  const known = descendants(leader, before);
  const directories = new Set(await buildDirectories(known));
  signalProcess(-leader, "SIGTERM");
  if (!(await endsWithin(ended, graceMilliseconds))) {
    known.push(...descendants(leader, await listProcesses()));
    signalProcess(-leader, "SIGKILL");
    await ended.catch(() => undefined);
  }
  signalProcess(-leader, "SIGKILL");
  await Promise.all(known.map(endProcess));
  await endOrphans(directories);
}

function descendants(root: number, all: readonly ProcessInfo[]): ProcessInfo[] {
  const byParent = Map.groupBy(all, (info) => info.parent);
  const found: ProcessInfo[] = [];
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const children = byParent.get(pid) ?? [];
    found.push(...children);
    open.push(...children.map((child) => child.pid));
  }
  return found;
}

/** Kills processes of the builds that descend from no known process: orphans and new ones. */
async function endOrphans(directories: ReadonlySet<string>): Promise<void> {
  for (let round = 0; round < maxRounds && directories.size > 0; round++) {
    const all = await listProcesses();
    const running = all.filter((info) => isRunning(info, info));
    const found = await Promise.all(
      running.map(async (info) => directories.has((await buildDirectory(info)) ?? "")),
    );
    const orphans = running.filter((_info, index) => found[index]);
    if (orphans.length === 0) {
      return;
    }
    await Promise.all(orphans.map(endProcess));
  }
}

async function buildDirectories(infos: readonly ProcessInfo[]): Promise<readonly string[]> {
  const directories = await Promise.all(infos.map(buildDirectory));
  return directories.filter((directory) => directory !== undefined);
}

/** Kills one process, unless its number now belongs to another, and waits for its end. */
async function endProcess(info: ProcessInfo): Promise<void> {
  const deadline = performance.now() + graceMilliseconds;
  if (isRunning(info, await readProcess(info.pid))) {
    signalProcess(info.pid, "SIGKILL");
  }
  while (isRunning(info, await readProcess(info.pid)) && performance.now() < deadline) {
    await delay(5);
  }
}

async function endsWithin(ended: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const controller = new AbortController();
  const done = ended.then(
    () => true,
    () => true,
  );
  const late = delay(milliseconds, false, { signal: controller.signal }).catch(() => false);
  try {
    return await Promise.race([done, late]);
  } finally {
    controller.abort();
  }
}

/** Ignores a process that has ended, or that belongs to another user. */
function signalProcess(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {}
}
