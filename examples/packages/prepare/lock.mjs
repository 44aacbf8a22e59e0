import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

/**
 * Runs `work` while holding a lock between the processes of this machine: a file with the process id
 * of its holder. The lock of a process that was killed is taken over.
 */
export async function withLock(file, { signal }, work) {
  // A link appears with its content, so a lock is never empty.
  const own = `${file}.${process.pid}.${(sequence += 1)}`;
  await writeFile(own, String(process.pid));
  try {
    while (!(await take(own, file))) {
      const holder = await read(file);
      if (holder !== undefined && !isRunning(holder)) {
        await clear(file, holder, `${own}.dead`);
      } else {
        await setTimeout(50, undefined, { signal });
      }
    }
  } finally {
    await rm(own, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

let sequence = 0;

async function take(own, file) {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

/** Removes the lock of a process that has ended, and restores it if another process holds it by now. */
async function clear(file, holder, aside) {
  await rename(file, aside).catch(() => {});
  const moved = await read(aside);
  if (moved !== undefined && moved !== holder) {
    await link(aside, file).catch(() => {});
  }
  await rm(aside, { force: true });
}

async function read(file) {
  return readFile(file, "utf8").catch(() => undefined);
}

function isRunning(holder) {
  try {
    process.kill(Number(holder), 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
