import { readFile, readdir, readlink } from "node:fs/promises";

/** A process of this machine (proc(5)). */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  /** Start time in clock ticks since boot; with the number it identifies the process. */
  readonly started: string;
}

/** All visible processes; none without `/proc`. */
export async function listProcesses(): Promise<readonly ProcessInfo[]> {
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
  const infos = await Promise.all(pids.map(readProcess));
  return infos.filter((info) => info !== undefined);
}

export async function readProcess(pid: number): Promise<ProcessInfo | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) {
    return undefined;
  }
  // The program's name, in parentheses, may itself contain parentheses and spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    state: fields[0] ?? "",
    parent: Number(fields[1]),
    started: fields[19] ?? "",
  };
}

/** Whether `now`, read later under the same number, is the process `info` and has not ended. */
export function isRunning(info: ProcessInfo, now: ProcessInfo | undefined): boolean {
  return now !== undefined && now.started === info.started && !["Z", "X"].includes(now.state);
}

/**
 * The directory of the Nix build that a process belongs to. Processes inherit it in their
 * environment, so that it is known even without their parents.
 *
 * `undefined` in a sandbox, where all builds use the same name; those processes end with their
 * sandbox.
 */
export async function buildDirectory({ pid }: ProcessInfo): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
  const directory = /(?:^|\0)NIX_BUILD_TOP=([^\0]+)/.exec(environment)?.[1];
  if (directory === undefined) {
    return undefined;
  }
  const [own, its] = await Promise.all([processNamespace("self"), processNamespace(pid)]);
  return own === its ? directory : undefined;
}

async function processNamespace(pid: number | "self"): Promise<string | undefined> {
  return await readlink(`/proc/${pid}/ns/pid`).catch(() => undefined);
}
