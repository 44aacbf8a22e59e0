import { createHash } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PrepareError } from "./error.mjs";

/**
 * Brings packages into `into`. What is there already with the right digest is not fetched again, nor
 * what an earlier set (`previous`) or an interrupted run (`leftovers`) has.
 */
export async function downloadDebs({ apt, debs, into, previous, leftovers, scratch }) {
  await mkdir(into, { recursive: true });
  for (const directory of leftovers) {
    await adopt(debs, directory, into);
  }
  const missing = [];
  for (const deb of debs) {
    const target = join(into, deb.file);
    if (await hasDigest(target, deb.sha256)) {
      continue;
    }
    await rm(target, { force: true });
    if (await hasDigest(join(previous, deb.file), deb.sha256)) {
      await link(join(previous, deb.file), target);
    } else {
      missing.push(deb);
    }
  }
  await apt.download(
    missing.map((deb) => `${deb.package}=${deb.version}`),
    scratch,
  );
  await adopt(missing, scratch, into);
  for (const deb of missing) {
    if (await hasDigest(join(into, deb.file), deb.sha256)) {
      continue;
    }
    throw new PrepareError(
      `The download of ${deb.file} does not have the sha256 that the package index gives: run this again, and if it stays so, check the Debian archive this machine uses.`,
    );
  }
}

/**
 * Takes the whole packages out of a directory that apt downloads into. apt names files in its own
 * way, and half a file like a whole one, so they are recognised by their digests.
 */
async function adopt(debs, directory, into) {
  const wanted = new Map(debs.map((deb) => [deb.sha256, deb]));
  for (const name of await readdir(directory).catch(() => [])) {
    const file = join(directory, name);
    const deb = wanted.get(await digestOf(file));
    if (deb !== undefined) {
      await rename(file, join(into, deb.file));
    }
  }
}

async function hasDigest(file, digest) {
  return (await digestOf(file)) === digest;
}

/** The sha256 of a file, or nothing where there is none. */
async function digestOf(file) {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && createHash("sha256").update(bytes).digest("hex");
}
