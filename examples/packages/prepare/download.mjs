import { createHash } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PrepareError } from "./error.mjs";

/**
 * Downloads packages to `into`. Files with the right digest are not fetched again, whether they are
 * there already, in an earlier set (`previous`) or in those of an interrupted run (`leftovers`).
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
      `The SHA-256 of ${deb.file} is not the one in the package index. Run this again, and check this machine's Debian archive if it fails again.`,
    );
  }
}

/**
 * Moves complete packages out of apt's download directory. apt has its own file names, also for
 * incomplete files, so packages are recognised by their digests.
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

/** The SHA-256 of a file; `undefined` when it cannot be read. */
async function digestOf(file) {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && createHash("sha256").update(bytes).digest("hex");
}
