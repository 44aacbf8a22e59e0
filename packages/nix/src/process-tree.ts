import { readdir, readFile } from "node:fs/promises";

interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks since boot at which it began: with the number, its identity. */
  readonly started: string;
}

/** How long a program may take to end its own children before it is ended by force. */
const graceMilliseconds = 3000;

/**
 * Ends the process group led by `leader` and every process that descends from it, also those that
 * made sessions of their own, as Nix's builders do. Resolves when the leader has ended.
 *
 * Nix is asked first: it ends its builders and leaves no locks.
 */
export async function stopProcessTree(leader: number, ended: Promise<unknown>): Promise<void> {
  const known = await descendants(leader);
  signalProcess(-leader, "SIGTERM");
  if (!(await endsWithin(ended, graceMilliseconds))) {
    known.push(...(await descendants(leader)));
    signalProcess(-leader, "SIGKILL");
  }
  await ended.catch(() => undefined);
  signalProcess(-leader, "SIGKILL");
  for (const info of known) {
    const now = await readProcess(info.pid);
    if (now?.started === info.started) signalProcess(info.pid, "SIGKILL");
  }
}

async function endsWithin(ended: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, milliseconds, false);
  const done = ended.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A process that has ended meanwhile, or that nobody may signal, is none of ours. */
function signalProcess(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {}
}

/** Where there is no /proc, the process group has to do. */
async function descendants(root: number): Promise<ProcessInfo[]> {
  const entries = await readdir("/proc").catch(() => []);
  const pids = entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
  const infos = (await Promise.all(pids.map(readProcess))).filter((info) => info !== undefined);
  const byParent = Map.groupBy(infos, (info) => info.parent);
  const found: ProcessInfo[] = [];
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const children = byParent.get(pid) ?? [];
    found.push(...children);
    open.push(...children.map((child) => child.pid));
  }
  return found;
}

/** Reads proc(5)'s `stat`; the program's name in parentheses may itself hold any character. */
async function readProcess(pid: number): Promise<ProcessInfo | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { pid, parent: Number(fields[1]), started: fields[19] ?? "" };
}
