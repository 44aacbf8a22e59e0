// Puts a current Nix, next to the machine's own, into .nixery/tools/nix-current, for the tests of
// what differs between versions of Nix: node test/nix-versions/install.mjs
// It is Debian's newest one, fetched by an apt of its own and made to run with its own libraries.
// Plain JavaScript with no dependency, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { openApt } from "../../examples/packages/prepare/apt.mjs";
import { readDebianIndex } from "../../examples/packages/prepare/debian-index.mjs";
import { withLock } from "../../examples/packages/prepare/lock.mjs";
import { debianSources } from "../../examples/packages/prepare/sources.mjs";
import { currentNix } from "../../scripts/peers.mjs";
import { ensureDebianPackages, fail, say } from "../../scripts/tools.mjs";

/** The newest first; a suite in the middle of a transition may not have a Nix that runs. */
const suites = ["sid", "trixie"];

/** Debian's names of Node's architectures, and of their folders of libraries. */
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
    fail(`A current Nix could not be installed: ${error.message.trim().split("\n")[0]}`);
  }
}

async function install() {
  // Another process may have installed it while this one waited.
  if (versionOfNix() !== undefined) {
    return;
  }
  const reasons = [];
  for (const suite of suites) {
    try {
      await installFrom(suite);
      say(`Installed Nix ${versionOfNix()} from Debian ${suite} into .nixery/tools/nix-current`);
      return;
    } catch (error) {
      reasons.push(`from Debian ${suite}, ${error.message.trim().split("\n")[0]}`);
    }
  }
  throw new Error(reasons.join("; "));
}

/** Makes the tree beside its place, so that what an interrupted run leaves is never taken for it. */
async function installFrom(suite) {
  const machine = architectures[process.arch];
  if (machine === undefined) {
    throw new Error(`there is no package for ${process.arch}`);
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
    throw new Error("its nix does not run on this machine");
  }
}

/** Fetches Nix and the libraries it needs; apt checks them by the signature of the archive. */
async function download(suite, architecture, scratch) {
  const sources = await sourcesOf(suite);
  const apt = await openApt({ directory: join(scratch, "apt"), architecture, sources });
  await apt.update();
  const debian = readDebianIndex(await apt.available());
  const packages = new Set(["nix-bin"]);
  // A set gives what is added to it on the way. Programs that Nix calls are the machine's own.
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

/** The archives that the machine has its own release from, for another suite. */
async function sourcesOf(suite) {
  // Updates and security fixes have suites of their own, with a hyphen.
  const release = (await debianSources()).flatMap((line) => {
    const [, archive] = /^(deb \[.*\] \S+) [^\s-]+ main\n$/.exec(line) ?? [];
    return archive === undefined ? [] : [`${archive} ${suite} main\n`];
  });
  if (release.length === 0) {
    throw new Error("this machine's apt has no archive of Debian");
  }
  return [...new Set(release)];
}

/** The machine's C library is older than what this Nix was built with. */
function useOwnLibraries(nix, libraries) {
  const loader = run("patchelf", ["--print-interpreter", nix]).trim().split("/").at(-1);
  run("patchelf", [
    ...["--set-interpreter", join(directory, libraries, loader)],
    // A forced rpath is also that of the libraries' own libraries.
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
