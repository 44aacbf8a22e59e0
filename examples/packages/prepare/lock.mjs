import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

/**
 * Runs `work` while no other process on this machine holds the lock, a file with its holder's
 * process number. A holder that was killed is noticed by its number, so nothing has to be cleaned up.
 */
export async function withLock(file, { signal }, work) {
  // A link appears with its content, so a lock never stands there empty.
  const own = `${file}.${process.pid}.${(sequence += 1)}`;
  await writeFile(own, String(process.pid));
  try {
    while (!(await take(own, file))) {
      const holder = await read(file);
      if (holder !== undefined && !lives(holder)) {
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

/** Removes a dead holder's lock, and puts it back if it is by now another's. */
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

function lives(holder) {
  try {
    process.kill(Number(holder), 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
