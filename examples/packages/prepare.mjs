import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { attributes, ignored, recipes } from "./packages.mjs";
import { openApt } from "./prepare/apt.mjs";
import { downloadDebs } from "./prepare/download.mjs";
import { PrepareError } from "./prepare/error.mjs";
import { describeSet } from "./prepare/index-file.mjs";
import { withLock } from "./prepare/lock.mjs";
import { resolvePackages } from "./prepare/resolve.mjs";
import { debianSources } from "./prepare/sources.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/** Debian's name of an architecture, by Nix's. */
const architectures = { "x86_64-linux": "amd64", "aarch64-linux": "arm64" };

/**
 * Makes `directory` a package set that Nix can import: `default.nix`, `index.json` and `debs/`.
 *
 * A set that is up to date is left alone. A new one is made beside it and renamed into place, so
 * what stands at `directory` is whole; what an interrupted run has downloaded is used by the next.
 *
 * @param {{ directory: string, log?: (line: string) => void, signal?: AbortSignal }} options
 * @returns {Promise<{ directory: string, changed: boolean }>}
 */
export async function preparePackages({ directory: wanted, log = () => {}, signal }) {
  const directory = resolve(wanted);
  const stamp = await inputsDigest();
  const isCurrent = async () =>
    (await readFile(join(directory, "stamp"), "utf8").catch(() => "")) === stamp;
  if (await isCurrent()) return { directory, changed: false };

  const next = `${directory}.next`;
  await mkdir(dirname(directory), { recursive: true });
  return withLock(`${directory}.lock`, { signal }, async () => {
    // Another process may have made it while this one waited.
    if (await isCurrent()) return { directory, changed: false };
    log(`Preparing the bundled package set in ${directory} (Debian packages; a minute the first time).`);
    await fill(next, { previous: directory, signal });
    await writeFile(join(next, "stamp"), stamp);
    await rm(`${directory}.previous`, { recursive: true, force: true });
    await rename(directory, `${directory}.previous`).catch(ignoreMissing);
    await rename(next, directory);
    await rm(`${directory}.previous`, { recursive: true, force: true });
    return { directory, changed: true };
  });
}

async function fill(next, { previous, signal }) {
  const sources = await debianSources();
  if (sources.length === 0) {
    throw new PrepareError(
      "This machine has no Debian archive in its apt sources, and the bundled package set is made of Debian packages: run this on Debian, or serve a package set of your own instead.",
    );
  }
  const systems = Object.entries(architectures);
  const apts = await Promise.all(
    systems.map(async ([system, architecture]) => {
      const directory = join(next, "apt", architecture);
      const apt = await openApt({ directory, architecture, sources, signal });
      await apt.update();
      const available = await apt.available();
      return { system, apt, packages: resolvePackages({ available, attributes, recipes, ignored }) };
    }),
  );
  const resolved = Object.fromEntries(apts.map(({ system, packages }) => [system, packages]));

  const debs = join(next, "debs");
  const taken = new Set();
  await Promise.all(
    apts.map(({ system, apt, packages }) => {
      // Packages for every architecture are in both lists, and fetched once.
      const own = packages
        .flatMap((each) => each.debs)
        .filter((deb) => !taken.has(deb.file) && taken.add(deb.file));
      const scratch = join(next, "apt", architectures[system], "debs");
      return downloadDebs({ apt, debs: own, into: debs, previous: join(previous, "debs"), scratch });
    }),
  );

  for (const name of await readdir(debs)) if (!taken.has(name)) await rm(join(debs, name));
  const index = describeSet({ resolved, attributes, recipes });
  await writeFile(join(next, "index.json"), `${JSON.stringify(index, undefined, 1)}\n`);
  for (const file of await copied()) {
    await mkdir(dirname(join(next, file)), { recursive: true });
    await copyFile(join(here, file), join(next, file));
  }
  await rm(join(next, "apt"), { recursive: true });
}

/** The files of the set that are the same on every machine. */
async function copied() {
  const builder = (await readdir(join(here, "builder"))).toSorted();
  return ["default.nix", "testing.nix", ...builder.map((name) => join("builder", name))];
}

/** Changes when anything that the set is made from changes. */
async function inputsDigest() {
  const scripts = (await readdir(join(here, "prepare"))).toSorted();
  const files = [...(await copied()), "packages.mjs", "prepare.mjs", ...scripts.map((name) => join("prepare", name))];
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(await readFile(join(here, file)));
  return hash.digest("hex");
}

function ignoreMissing(error) {
  if (error.code !== "ENOENT") throw error;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [directory] = process.argv.slice(2);
  if (directory === undefined) {
    console.error("Say where the package set goes: node prepare.mjs DIRECTORY");
    process.exit(1);
  }
  await preparePackages({ directory, log: console.log }).catch((error) => {
    console.error(error instanceof PrepareError ? error.message : error);
    process.exitCode = 1;
  });
}
