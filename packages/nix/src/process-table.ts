import { readFile, readdir, readlink } from "node:fs/promises";

/** A process of this machine, as proc(5) shows it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  /** Clock ticks since boot at which it began: together with the number, its identity. */
  readonly started: string;
}

/** Every process that can be seen; none where there is no `/proc`. */
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
  // The program's name, in parentheses, may itself hold parentheses and spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    state: fields[0] ?? "",
    parent: Number(fields[1]),
    started: fields[19] ?? "",
  };
}

/** Whether `now`, read later under the same number, is `info` and has not ended. */
export function isRunning(info: ProcessInfo, now: ProcessInfo | undefined): boolean {
  return now !== undefined && now.started === info.started && !["Z", "X"].includes(now.state);
}

/**
 * The directory of the Nix build that a process belongs to. It has it from its first parent, so
 * that also a process which left its parents shows whose it is.
 *
 * Sandboxed builds all call their directory the same; they end with their sandbox.
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
