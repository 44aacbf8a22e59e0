import { enumerate } from "@nixery/kit/enumerate";
import { quote } from "@nixery/kit/quote";
import { withTimeLimit } from "@nixery/kit/time-limit";
import {
  type Closure,
  isPackageSourceError,
  type NixSystem,
  PackageSourceError,
  type PrepareOptions,
} from "@nixery/package-source";
import { conceal } from "../process/printed-text.ts";
import { buildFailure } from "./build-failure.ts";
import { evaluationFailure } from "./evaluation-failure.ts";
import { createGcRoots } from "./gc-roots.ts";
import { createNixLog, markPrefix, type NixLog } from "./nix-log.ts";
import type { NixOptions } from "./nix-options.ts";
import { createNixPrograms, parseOutput } from "./nix-program.ts";
import { hiddenDirectories, type PackageSetLocation } from "./package-set-location.ts";
import { parsePathInfo } from "./parse-path-info.ts";
import { selectionExpression } from "./selection-expression.ts";
import { readSelection, type SelectedPackage, type SelectedTarget } from "./selection.ts";

export interface RealiseRequest {
  /** Makes the package set available until the promise of `use` settles. */
  locate<T>(signal: AbortSignal, use: (location: PackageSetLocation) => Promise<T>): Promise<T>;
  /** For messages; holds no secret. */
  readonly sourceName: string;
  /**
   * Arguments for a package set that is a function with arguments of these names, such as nixpkgs'
   * `config`. JSON values.
   */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly packages: readonly string[];
  readonly system: NixSystem;
}

/** Nix on this machine. Sources may share one. */
export interface Nix {
  /** Limit of one call, in milliseconds. */
  readonly timeout: number;
  /**
   * Finds packages in a package set, builds or fetches them, and returns their closure. Rejects
   * with a `PackageSourceError`, or with `signal.reason` when aborted; by then its processes have
   * ended.
   */
  realise(request: RealiseRequest, options?: PrepareOptions): Promise<Closure>;
}

/** The context of the steps of one call. */
interface Call {
  readonly request: RealiseRequest;
  readonly log: NixLog;
  readonly signal: AbortSignal;
}

/** Calls the Nix that is installed on this machine, 2.8 or later. */
export function createNix(options: NixOptions = {}): Nix {
  const timeout = options.timeout ?? 600_000;
  const programs = createNixPrograms(options);
  const gcRoots = options.gcRoots
    ? createGcRoots({ directory: options.gcRoots, maxIdle: options.maxIdleGcRoots ?? 100 })
    : undefined;

  const select = async (
    location: PackageSetLocation,
    { request, log, signal }: Call,
  ): Promise<readonly SelectedPackage[]> => {
    const { packages, system } = request;
    const asked = {
      source: "path" in location ? { path: location.path } : location,
      arguments: request.arguments,
      packages,
      system,
      mark: markPrefix,
    };
    const json = await programs.run({
      program: "nix-instantiate",
      command: ["--eval", "--strict", "--json", "--read-write-mode"],
      operands: ["--expr", selectionExpression, "--argstr", "request", JSON.stringify(asked)],
      log,
      signal,
    });
    if (json === undefined) {
      throw evaluationFailure(log, packages);
    }
    return parseOutput("nix-instantiate", () => readSelection(json, request.sourceName));
  };

  /** Store paths, in the order of the targets. */
  const build = async (
    selected: readonly SelectedPackage[],
    { request, log, signal }: Call,
  ): Promise<readonly string[]> => {
    const targets = selected.flatMap((item) => item.targets.map(targetArgument));
    const output = await programs.run({
      program: "nix-store",
      command: ["--realise"],
      operands: [...((await gcRoots?.argumentsFor(targets)) ?? []), ...targets],
      log,
      signal,
    });
    if (output === undefined) {
      throw buildFailure(log, selected, request.packages);
    }
    const lines = output.split("\n").filter((line) => line !== "");
    const paths = await gcRoots?.pathsOf(lines);
    await gcRoots?.removeOld();
    return paths ?? lines;
  };

  const closureOf = async (
    roots: readonly string[],
    { request, log, signal }: Call,
  ): Promise<Closure> => {
    const format = jsonFormat(await programs.version(signal));
    const json = await programs.run({
      program: "nix",
      command: ["--extra-experimental-features", "nix-command", "path-info"],
      operands: ["--recursive", "--json", ...format, ...roots],
      log,
      signal,
    });
    if (json === undefined) {
      throw buildFailure(log, [], request.packages);
    }
    return { roots, paths: parseOutput("nix path-info", () => parsePathInfo(json)) };
  };

  return {
    timeout,

    async realise(request, { signal: callerSignal, onLine } = {}) {
      const log = createNixLog({ onLine, maxLines: options.maxLogLines ?? 100 });
      let hidden: readonly string[] = [];
      const work = async (signal: AbortSignal): Promise<Closure> => {
        const call = { request, log, signal };
        const selected = await request.locate(signal, async (location) => {
          hidden = await hiddenDirectories(location);
          return await select(location, call);
        });
        if (selected.length === 0) {
          return { roots: [], paths: [] };
        }
        return await closureOf([...new Set(await build(selected, call))], call);
      };
      const expired = (): PackageSourceError => timedOut(request.packages, timeout, log);
      try {
        return await withTimeLimit(timeout, callerSignal, work, expired);
      } catch (error) {
        throw isPackageSourceError(error)
          ? withMessage(error, conceal(error.message, hidden))
          : error;
      }
    },
  };
}

/** Required by Nix 2.33 and later; Lix, whose versions count otherwise, does not have it. */
function jsonFormat(version: string): readonly string[] {
  const [, major, minor] = /(\d+)\.(\d+)\S*$/.exec(version) ?? [];
  const isNew = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 33);
  return isNew && !version.includes("Lix") ? ["--json-format", "2"] : [];
}

function targetArgument(target: SelectedTarget): string {
  return "path" in target ? target.path : `${target.derivation}!${target.output}`;
}

function timedOut(packages: readonly string[], timeout: number, log: NixLog): PackageSourceError {
  return new PackageSourceError("ERR_PACKAGE_SOURCE_TIMEOUT", {
    message: `Building ${enumerate(packages.map((name) => quote(name)))} timed out after ${timeout / 1000} s. Pull again to continue from what is built, or raise the limit.`,
    packages,
    log: log.tail(),
  });
}

/** The same error with another message. */
function withMessage(
  { code, cause, packages, reason, log }: PackageSourceError,
  message: string,
): PackageSourceError {
  return new PackageSourceError(code, { message, packages, reason, log, cause });
}
