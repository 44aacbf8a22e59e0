import { createHash } from "node:crypto";
import { copyFile, link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { attributes as allAttributes, ignored, recipes } from "./packages.mjs";
import { byName } from "./prepare/by-name.mjs";
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
 * A set that is up to date is not changed. A new one is made beside it and renamed into place, so the
 * set at `directory` is always complete. The downloads of an interrupted run are used by the next.
 *
 * @param {import("./prepare.d.mts").PrepareOptions} options
 * @returns {Promise<import("./prepare.d.mts").PreparedPackages>}
 */
export async function preparePackages(options) {
  const { log = () => {}, signal, attributes = allAttributes } = options;
  const directory = resolve(options.directory);
  const inputs = await inputDigests(attributes);
  const stamp = `${inputs.packages} ${inputs.expressions}\n`;
  const isCurrent = async () =>
    (await readFile(join(directory, "stamp"), "utf8").catch(() => "")) === stamp;
  if (await isCurrent()) {
    return describe(directory, { hasChanged: false });
  }

  const next = `${directory}.next`;
  await mkdir(dirname(directory), { recursive: true });
  return withLock(`${directory}.lock`, { signal }, async () => {
    // Another process may have made it in the meantime.
    if (await isCurrent()) {
      return describe(directory, { hasChanged: false });
    }
    log(
      `Preparing the bundled package set in ${directory}. The first time fetches about 170 MB of Debian packages.`,
    );
    if (!(await reuse(next, { previous: directory, packages: inputs.packages }))) {
      await fill(next, { previous: directory, attributes, signal });
    }
    await copyFixedFiles(next);
    await writeFile(join(next, "stamp"), stamp);
    await rm(`${directory}.previous`, { recursive: true, force: true });
    await rename(directory, `${directory}.previous`).catch(ignoreMissing);
    await rename(next, directory);
    await rm(`${directory}.previous`, { recursive: true, force: true });
    return describe(directory, { hasChanged: true });
  });
}

/** The stamp covers the code that makes the packages, and the index the Debian packages in them. */
async function describe(directory, { hasChanged }) {
  const hash = createHash("sha256");
  for (const name of ["stamp", "index.json"]) {
    hash.update(await readFile(join(directory, name)));
  }
  return { directory, hasChanged, revision: hash.digest("hex") };
}

async function fill(next, { previous, attributes, signal }) {
  const sources = await debianSources();
  if (sources.length === 0) {
    throw new PrepareError(
      "The apt sources of this machine have no Debian archive, and the bundled package set is made of Debian packages. Run this on Debian, or serve another package set.",
    );
  }
  // The apt of a killed run may still be running, so every run has its own directory.
  const run = `apt-${process.pid}-${Date.now()}`;
  const earlier = (await readdir(next).catch(() => [])).filter((name) => name.startsWith("apt-"));
  const apts = await Promise.all(
    Object.entries(architectures).map(async ([system, architecture]) => {
      const directory = join(next, run, architecture);
      const apt = await openApt({ directory, architecture, sources, signal });
      await apt.update();
      const available = await apt.available();
      const packages = resolvePackages({ available, attributes, recipes, ignored });
      return { system, architecture, apt, packages };
    }),
  );

  const debs = join(next, "debs");
  const taken = new Set();
  await Promise.all(
    apts.map(({ apt, architecture, packages }) => {
      // Packages for all architectures are in both lists, and are fetched once.
      const own = packages
        .flatMap((each) => each.debs)
        .filter((deb) => !taken.has(deb.file) && taken.add(deb.file));
      return downloadDebs({
        apt,
        debs: own,
        into: debs,
        previous: join(previous, "debs"),
        leftovers: earlier.map((name) => join(next, name, architecture, "debs")),
        scratch: join(next, run, architecture, "debs"),
      });
    }),
  );

  for (const name of await readdir(debs)) {
    if (!taken.has(name)) {
      await rm(join(debs, name));
    }
  }
  const resolved = Object.fromEntries(apts.map(({ system, packages }) => [system, packages]));
  const index = describeSet({ resolved, attributes, recipes });
  await writeFile(join(next, "index.json"), `${JSON.stringify(index, undefined, 1)}\n`);
  for (const name of [...earlier, run]) {
    await rm(join(next, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Fetches nothing when only the Nix expressions have changed. */
async function reuse(next, { previous, packages }) {
  const stamp = await readFile(join(previous, "stamp"), "utf8").catch(() => "");
  if (!stamp.startsWith(`${packages} `)) {
    return false;
  }
  await rm(next, { recursive: true, force: true });
  await mkdir(join(next, "debs"), { recursive: true });
  for (const name of await readdir(join(previous, "debs"))) {
    await link(join(previous, "debs", name), join(next, "debs", name));
  }
  await copyFile(join(previous, "index.json"), join(next, "index.json"));
  return true;
}

async function copyFixedFiles(next) {
  await rm(join(next, "builder"), { recursive: true, force: true });
  await mkdir(join(next, "builder"), { recursive: true });
  for (const file of await fixedFiles()) {
    await copyFile(join(here, file), join(next, file));
  }
}

/** The files of the set that are equal on every machine. */
async function fixedFiles() {
  return ["default.nix", "testing.nix", ...(await filesIn("builder"))];
}

/** Digests of all inputs of the set: its content, and how Nix builds it. */
async function inputDigests(attributes) {
  const digest = async (files) => {
    const hash = createHash("sha256").update(JSON.stringify(attributes));
    for (const file of files) {
      hash.update(`${file}\0`).update(await readFile(join(here, file)));
    }
    return hash.digest("hex");
  };
  return {
    packages: await digest(["packages.mjs", "prepare.mjs", ...(await filesIn("prepare"))]),
    expressions: await digest(await fixedFiles()),
  };
}

async function filesIn(directory) {
  const names = await readdir(join(here, directory));
  return names.toSorted(byName).map((name) => join(directory, name));
}

function ignoreMissing(error) {
  if (error.code !== "ENOENT") {
    throw error;
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [directory] = process.argv.slice(2);
  if (directory === undefined) {
    console.error("Usage: node prepare.mjs DIRECTORY");
    process.exit(1);
  }
  await preparePackages({ directory, log: console.log }).catch((error) => {
    console.error(error instanceof PrepareError ? error.message : error);
    process.exitCode = 1;
  });
}
