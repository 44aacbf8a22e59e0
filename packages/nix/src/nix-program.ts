import { join } from "node:path";
import createDebug from "debug";
import { childEnvironment } from "./child-environment.ts";
import { oneLine } from "./message.ts";
import { NixError } from "./nix-error.ts";
import { createNixLog, type NixLog } from "./nix-log.ts";
import { settingArguments, type NixOptions } from "./nix-options.ts";
import { runProcess } from "./run-process.ts";
import { startError } from "./start-error.ts";

const debug = createDebug("nixery:nix");

const howToInstall = 'install Nix (on Debian and Ubuntu with "apt-get install nix-bin")';

export interface NixCall {
  readonly program: "nix" | "nix-instantiate" | "nix-store";
  /** Put before the settings. */
  readonly command: readonly string[];
  readonly operands: readonly string[];
  readonly log: NixLog;
  readonly signal: AbortSignal;
}

/** Runs Nix's programs with the same options. */
export interface NixPrograms {
  /** What the program printed; `undefined` when it failed, and said why in its log. */
  readonly run: (call: NixCall) => Promise<string | undefined>;
  /** What `nix --version` prints, asked until it says it; empty when it failed. */
  readonly version: (signal: AbortSignal) => Promise<string>;
}

export function createNixPrograms(options: NixOptions): NixPrograms {
  const environment = childEnvironment({ NIX_PATH: "", LC_ALL: "C", ...options.environment });
  const settings = settingArguments(options);
  let version: string | undefined;

  async function start(
    name: string,
    args: readonly string[],
    log: NixLog,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const program = options.binDirectory ? join(options.binDirectory, name) : name;
    const started = performance.now();
    try {
      const { exit, stdout } = await runProcess(program, args, {
        environment,
        maxOutputBytes: options.maxOutputBytes ?? 67_108_864,
        onErrorLine: log.push,
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
  }

  return {
    run: async ({ program, command, operands, log, signal }) =>
      await start(
        program,
        [...command, "--log-format", "internal-json", ...settings, ...operands],
        log,
        signal,
      ),

    version: async (signal) => {
      const output =
        version ?? (await start("nix", ["--version"], createNixLog({ lines: 1 }), signal));
      // One that could not say it may do so later.
      version = output;
      return output?.trim() ?? "";
    },
  };
}

/** What `read` gives, unless the program printed what it does not understand. */
export function reading<T>(program: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof SyntaxError ? unreadable(program, error) : error;
  }
}

/** Not by its own fault, as a crash would be. */
function killed(program: string, by: string, log: NixLog): NixError {
  return new NixError("ERR_NIX_UNAVAILABLE", {
    message: `The registry's machine ended ${program} (${by}), as it does when it runs out of memory: pull again later.`,
    log: log.tail(),
  });
}

function unreadable(program: string, cause: Error): NixError {
  return new NixError("ERR_NIX_NOT_INSTALLED", {
    message: `The Nix of this machine does not work with this package: ${program} printed something unexpected (${oneLine(cause.message)}).`,
    cause,
  });
}
