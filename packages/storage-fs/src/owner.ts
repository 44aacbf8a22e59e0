import { createHash } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import process from "node:process";
import { errnoOf } from "@nixery/kit/errno-of";

/**
 * A process, in letters, digits and dots: its place, its ID and the time it started. The place is
 * the boot of the machine (or its name where the boot has none) and the process namespace. A process
 * ID alone is ambiguous: in a container it is the same after every restart.
 */
export type Owner = string;

/** Whether the process of an owner runs; `unknown` where this process cannot check it. */
export type OwnerState = "alive" | "gone" | "unknown";

export async function currentOwner(): Promise<Owner> {
  return [await currentPlace(), process.pid, await startOf(process.pid)].join(".");
}

/** The state of `owner`, as it appears to the process of `self`. */
export async function stateOf(owner: Owner, self: Owner): Promise<OwnerState> {
  if (owner === self) {
    return "alive";
  }
  const [place, id, start] = owner.split(".");
  const [here] = self.split(".");
  if (place !== here || id === undefined) {
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

/** A hash, because file systems keep short links, such as those of locks, without a block. */
export function placeOf(boot: string, namespace: string): string {
  return createHash("sha256").update(`${boot}.${namespace}`).digest("hex").slice(0, 16);
}

const unknownStart = "0";

async function currentPlace(): Promise<string> {
  try {
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
    const namespace = await readlink("/proc/self/ns/pid");
    return placeOf(plain(boot), plain(namespace));
  } catch {
    return placeOf(plain(hostname()), "0");
  }
}

/** Ticks between the boot and the start of a process: field 22 of proc(5)'s stat. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field is a name in parentheses, which may contain spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[19] ?? unknownStart;
  } catch {
    return unknownStart;
  }
}

function plain(text: string): string {
  return text.replaceAll(/[^a-zA-Z0-9]/g, "");
}
