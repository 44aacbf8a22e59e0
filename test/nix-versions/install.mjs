// Installs a current Nix, beside the machine's own, into .nixery/tools/nix-current, for tests that
// depend on the version of Nix: node test/nix-versions/install.mjs
// It is Debian's newest one, fetched by a separate apt and patched to use its own libraries.
// Plain JavaScript without dependencies, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { openApt } from "../../examples/packages/prepare/apt.mjs";
import { readDebianIndex } from "../../examples/packages/prepare/debian-index.mjs";
import { withLock } from "../../examples/packages/prepare/lock.mjs";
import { debianSources } from "../../examples/packages/prepare/sources.mjs";
import { currentNix } from "../../scripts/peers.mjs";
import { ensureDebianPackages, fail, print } from "../../scripts/tools.mjs";

/** Newest first; during a transition the Nix of a suite may not run. */
const suites = ["sid", "trixie"];

/** Debian's names of Node's architectures, and the directories of their libraries. */
const architectures = {
  x64: { architecture: "amd64", libraries: "usr/lib/x86_64-linux-gnu" },
  arm64: { architecture: "arm64", libraries: "usr/lib/aarch64-linux-gnu" },
};

const directory = join(currentNix, "../..");

if (versionOfNix() === undefined) {
  ensureDebianPackages(
    { "apt-get": "apt", "dpkg-deb": "dpkg", patchelf: "patchelf" },
    "installing a current Nix",
  );
  try {
    await mkdir(dirname(directory), { recursive: true });
    await withLock(`${directory}.lock`, {}, install);
  } catch (error) {
    fail(`Installing a current Nix failed: ${error.message.trim().split("\n")[0]}.`);
  }
}

async function install() {
  // Another process may have installed it meanwhile.
  if (versionOfNix() !== undefined) {
    return;
  }
  const reasons = [];
  for (const suite of suites) {
    try {
      await installFrom(suite);
      print(`Installed Nix ${versionOfNix()} from Debian ${suite} into .nixery/tools/nix-current.`);
      return;
    } catch (error) {
      reasons.push(`Debian ${suite}: ${error.message.trim().split("\n")[0]}`);
    }
  }
  throw new Error(reasons.join(", "));
}

/** Writes to a temporary directory first, so that an interrupted run leaves no incomplete one. */
async function installFrom(suite) {
  const machine = architectures[process.arch];
  if (machine === undefined) {
    throw new Error(`unsupported architecture ${process.arch}`);
  }
  const next = `${directory}.next`;
  await rm(next, { recursive: true, force: true });
  try {
    const root = join(next, "root");
    await mkdir(root, { recursive: true });
    for (const deb of await download(suite, machine.architecture, next)) {
      run("dpkg-deb", ["-x", deb, root]);
    }
    useOwnLibraries(join(root, "usr/bin/nix"), machine.libraries);
    await rm(directory, { recursive: true, force: true });
    await rename(root, directory);
  } finally {
    await rm(next, { recursive: true, force: true });
  }
  if (versionOfNix() === undefined) {
    throw new Error("nix does not run on this machine");
  }
}

/** Fetches Nix and its libraries; apt verifies the signature of the archive. */
async function download(suite, architecture, scratch) {
  const sources = await sourcesOf(suite);
  const apt = await openApt({ directory: join(scratch, "apt"), architecture, sources });
  await apt.update();
  const debian = readDebianIndex(await apt.available());
  const packages = new Set(["nix-bin"]);
  // The loop includes what it adds to the set. Programs that Nix calls are the machine's own.
  for (const name of packages) {
    const needed = debian.dependencies(name).filter((each) => /^z?lib(?!.*perl)/.test(each));
    for (const each of needed) {
      packages.add(each);
    }
  }
  const debs = join(scratch, "debs");
  await apt.download(
    Array.from(packages, (name) => `${name}=${debian.field(name, "Version")}`),
    debs,
  );
  return (await readdir(debs)).map((name) => join(debs, name));
}

/** The archives of the machine's own release, for another suite. */
async function sourcesOf(suite) {
  // The suites of updates and security fixes, which have a hyphen, are left out.
  const release = (await debianSources()).flatMap((line) => {
    const [, archive] = /^(deb \[.*\] \S+) [^\s-]+ main\n$/.exec(line) ?? [];
    return archive === undefined ? [] : [`${archive} ${suite} main\n`];
  });
  if (release.length === 0) {
    throw new Error("the machine's apt has no archive of Debian");
  }
  return [...new Set(release)];
}

/** The machine's C library is older than the one that this Nix was built with. */
function useOwnLibraries(nix, libraries) {
  const loader = run("patchelf", ["--print-interpreter", nix]).trim().split("/").at(-1);
  run("patchelf", [
    ...["--set-interpreter", join(directory, libraries, loader)],
    // A forced rpath also applies to the dependencies of libraries.
    ...["--force-rpath", "--set-rpath", `$ORIGIN/../../${libraries}`],
    nix,
  ]);
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(`${command} failed: ${error?.message ?? stderr}`);
  }
  return stdout;
}

function versionOfNix() {
  const { status, stdout } = spawnSync(join(currentNix, "nix"), ["--version"], {
    encoding: "utf8",
  });
  return status === 0 ? stdout.trim().split(" ").at(-1) : undefined;
}
