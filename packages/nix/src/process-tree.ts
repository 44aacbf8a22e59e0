import { setTimeout as delay } from "node:timers/promises";
import {
  buildDirectory,
  isRunning,
  listProcesses,
  readProcess,
  type ProcessInfo,
} from "./process-table.ts";

/** How long a program may take to end its own children before it is ended by force. */
const graceMilliseconds = 3000;

/** More rounds than a build needs that does not set out to outlive its end. */
const rounds = 10;

/**
 * Ends the process group led by `leader` and everything that it started, also what made sessions
 * of its own, as Nix's builders do, or left its parent. Resolves when all of it has ended.
 *
 * Nix is asked first: it ends its builders and leaves no locks. Where there is no `/proc`, that
 * and the process group have to do.
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

/** Ends what left its parents or was started meanwhile, and so descends from nobody known. */
async function endOrphans(directories: ReadonlySet<string>): Promise<void> {
  for (let round = 0; round < rounds && directories.size > 0; round++) {
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

/** Ends one process, unless its number belongs to another by now, and waits until it is gone. */
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

/** A process that has ended meanwhile, or that nobody may signal, is none of ours. */
function signalProcess(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {}
}
