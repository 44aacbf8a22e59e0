import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { PrepareError } from "./error.mjs";

const run = promisify(execFile);

/**
 * A separate apt for one architecture. Its state, caches and configuration are inside `directory`, so
 * that it needs no root and does not change the machine's apt and dpkg.
 */
export async function openApt({ directory, architecture, sources, signal }) {
  const configuration = join(directory, "apt.conf");
  await mkdir(join(directory, "state/lists/partial"), { recursive: true });
  await mkdir(join(directory, "cache/archives/partial"), { recursive: true });
  await writeFile(join(directory, "status"), "");
  await writeFile(join(directory, "sources.list"), sources.join(""));
  await writeFile(configuration, aptConfiguration(directory, architecture));

  const call = async (command, args, cwd = directory) => {
    const options = { cwd, signal, maxBuffer: 2 ** 28, env: { ...process.env, LC_ALL: "C" } };
    try {
      return (await run(command, ["-c", configuration, "-q", ...args], options)).stdout;
    } catch (error) {
      signal?.throwIfAborted();
      throw explain(error, command);
    }
  };

  return {
    /** Fetches the package index: about 10 MB. */
    update: () => call("apt-get", ["update"]),
    /** The index's text: one stanza for the best version of every package. */
    available: () => call("apt-cache", ["dumpavail"]),
    /** Fetches packages, given as `name=version`, into a directory. */
    download: async (packages, into) => {
      await mkdir(into, { recursive: true });
      if (packages.length > 0) {
        await call("apt-get", ["download", ...packages], into);
      }
    },
  };
}

function aptConfiguration(directory, architecture) {
  return [
    "#clear APT::Update::Post-Invoke;",
    "#clear APT::Update::Post-Invoke-Success;",
    `Dir::State "${directory}/state";`,
    `Dir::State::status "${directory}/status";`,
    `Dir::Cache "${directory}/cache";`,
    `Dir::Cache::pkgcache "pkgcache.bin";`,
    `Dir::Etc::sourcelist "${directory}/sources.list";`,
    `Dir::Etc::sourceparts "/dev/null";`,
    `Dir::Etc::preferences "/dev/null";`,
    `Dir::Etc::preferencesparts "/dev/null";`,
    `APT::Architecture "${architecture}";`,
    `APT::Architectures { "${architecture}"; };`,
    // By default, root's apt downloads as another user, which may not write here.
    `APT::Sandbox::User "root";`,
    `APT::Update::Error-Mode "any";`,
    `Acquire::Retries "3";`,
    "",
  ].join("\n");
}

function explain(error, command) {
  if (error.code === "ENOENT") {
    return new PrepareError(
      `${command} was not found, and the bundled package set is made of Debian packages. Run this on Debian, or serve another package set.`,
    );
  }
  const reason = /^[EW]: .*/m.exec(error.stderr ?? "")?.[0] ?? error.message;
  return new PrepareError(
    `${command} failed to fetch Debian packages (${reason}). Check that this machine reaches its Debian archive ("apt-get update"), then run this again.`,
    { cause: error },
  );
}
