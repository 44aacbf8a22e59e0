import { createHash } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PrepareError } from "./error.mjs";

/**
 * Brings the packages of one architecture into `into`. What is there already with the right digest
 * is not fetched again, nor what `previous`, an earlier set, holds.
 */
export async function downloadDebs({ apt, debs, into, previous, scratch }) {
  await mkdir(into, { recursive: true });
  const missing = [];
  for (const deb of debs) {
    const target = join(into, deb.file);
    if (await hasDigest(target, deb.sha256)) continue;
    await rm(target, { force: true });
    if (await hasDigest(join(previous, deb.file), deb.sha256)) {
      await link(join(previous, deb.file), target);
    } else missing.push(deb);
  }
  // What an interrupted download left may be half a file.
  await rm(scratch, { recursive: true, force: true });
  await apt.download(
    missing.map((deb) => `${deb.package}=${deb.version}`),
    scratch,
  );
  await collect(missing, scratch, into);
  return missing.length;
}

/** apt names files in its own way (escaped versions), so they are recognised by their digests. */
async function collect(debs, scratch, into) {
  const wanted = new Map(debs.map((deb) => [deb.sha256, deb]));
  for (const name of debs.length > 0 ? await readdir(scratch) : []) {
    const file = join(scratch, name);
    const digest = sha256(await readFile(file));
    const deb = wanted.get(digest);
    if (deb === undefined) continue;
    await rename(file, join(into, deb.file));
    wanted.delete(digest);
  }
  for (const deb of wanted.values()) {
    throw new PrepareError(
      `The download of ${deb.file} does not have the sha256 that the package index gives: run this again, and if it stays so, check the Debian archive this machine uses.`,
    );
  }
}

async function hasDigest(file, digest) {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes !== undefined && sha256(bytes) === digest;
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
