import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import process from "node:process";
import { errnoOf } from "./files.ts";

/**
 * A process, in letters, digits and dots: the boot of the machine (or its name where the boot has
 * none), the process namespace, the process ID, the time the process started. A process ID alone
 * says little: in a container it is the same after every restart.
 */
export type Owner = string;

/** Whether the process of an owner runs; `unknown` where this process cannot see it. */
export type OwnerState = "alive" | "gone" | "unknown";

export async function currentOwner(): Promise<Owner> {
  const { boot, namespace } = await whereAmI();
  return [boot, namespace, process.pid, await startOf(process.pid)].join(".");
}

export async function stateOf(owner: Owner): Promise<OwnerState> {
  const [boot, namespace, id, start] = owner.split(".");
  const here = await whereAmI();
  if (boot !== here.boot || namespace !== here.namespace || id === undefined) {
    return "unknown";
  }
  try {
    process.kill(Number(id), 0);
  } catch (error) {
    if (errnoOf(error) === "ESRCH") {
      return "gone";
    }
  }
  const runningSince = await startOf(Number(id));
  if (runningSince === unknownStart) {
    return "unknown";
  }
  return runningSince === start ? "alive" : "gone";
}

const unknownStart = "0";

interface Whereabouts {
  readonly boot: string;
  readonly namespace: string;
}

async function whereAmI(): Promise<Whereabouts> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const namespace = await readlink("/proc/self/ns/pid");
    return { boot: plain(boot), namespace: plain(namespace) };
  } catch {
    return { boot: plain(hostname()), namespace: "0" };
  }
}

/** Ticks between the boot and the start of a process: field 22 of proc(5)'s stat. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field is a name in parentheses, which may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[19] ?? unknownStart;
  } catch {
    return unknownStart;
  }
}

function plain(text: string): string {
  return text.replaceAll(/[^a-zA-Z0-9]/g, "");
}
