import { join } from "node:path";
import { PackageSourceError } from "@nixery/package-source";
import createDebug from "debug";
import { childEnvironment } from "../process/child-environment.ts";
import { asClause } from "../process/printed-text.ts";
import { runProcess } from "../process/run-process.ts";
import { startError } from "../process/start-error.ts";
import { createNixLog, type NixLog } from "./nix-log.ts";
import { type NixOptions, settingArguments } from "./nix-options.ts";

const debug = createDebug("nixery:nix");

const howToInstall = 'Install Nix (on Debian and Ubuntu with "apt-get install nix-bin")';

export interface NixCall {
  readonly program: "nix" | "nix-instantiate" | "nix-store";
  /** Arguments before the settings. */
  readonly command: readonly string[];
  readonly operands: readonly string[];
  readonly log: NixLog;
  readonly signal: AbortSignal;
}

/** Nix's programs, run with the same options. */
export interface NixPrograms {
  /** The output of the program; `undefined` when it failed, for a reason that is in its log. */
  run(call: NixCall): Promise<string | undefined>;
  /** The output of `nix --version`, kept once there is one; empty when it failed. */
  version(signal: AbortSignal): Promise<string>;
}

export function createNixPrograms(options: NixOptions): NixPrograms {
  const environment = childEnvironment({ NIX_PATH: "", LC_ALL: "C", ...options.environment });
  const settings = settingArguments(options);
  let knownVersion: string | undefined;

  const start = async (
    name: string,
    args: readonly string[],
    log: NixLog,
    signal: AbortSignal,
  ): Promise<string | undefined> => {
    const program = options.binDirectory ? join(options.binDirectory, name) : name;
    const started = performance.now();
    try {
      const { exit, stdout } = await runProcess(program, args, {
        environment,
        maxOutputBytes: options.maxOutputBytes ?? 67_108_864,
        onErrorLine: (line) => log.push(line),
        signal,
      });
      debug("%s ended with %o after %d ms", name, exit, performance.now() - started);
      if (exit === "SIGKILL" || exit === "SIGTERM") {
        throw killed(name, exit, log);
      }
      if (typeof exit === "string") {
        log.push(`error: ${name} crashed (${exit})`);
      }
      return exit === 0 ? stdout : undefined;
    } catch (error) {
      if (error instanceof RangeError) {
        throw unreadable(name, error);
      }
      throw startError(error, program, howToInstall);
    }
  };

  return {
    async run({ program, command, operands, log, signal }) {
      const args = [...command, "--log-format", "internal-json", ...settings, ...operands];
      return await start(program, args, log, signal);
    },

    async version(signal) {
      knownVersion ??= await start("nix", ["--version"], createNixLog({ maxLines: 1 }), signal);
      return knownVersion?.trim() ?? "";
    },
  };
}

/** The result of `read`, whose SyntaxError is one of the program's output. */
export function parseOutput<T>(program: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof SyntaxError ? unreadable(program, error) : error;
  }
}

/** A signal from outside, unlike a crash. */
function killed(program: string, signalName: string, log: NixLog): PackageSourceError {
  return new PackageSourceError("ERR_PACKAGE_SOURCE_NO_RESOURCES", {
    message: `The program ${program} was killed (${signalName}), probably because the server ran out of memory. Pull again later.`,
    log: log.tail(),
  });
}

function unreadable(program: string, cause: Error): PackageSourceError {
  return new PackageSourceError("ERR_PACKAGE_SOURCE_NOT_WORKING", {
    message: `The output of ${program} is invalid (${asClause(cause.message)}). Check that the server's version of Nix is supported.`,
    cause,
  });
}
