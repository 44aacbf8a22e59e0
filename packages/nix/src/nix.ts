import { realpath } from "node:fs/promises";
import { builderError, evaluationError } from "./build-failure.ts";
import { parsePathInfo } from "./closure-parser.ts";
import { createGcRoots } from "./gc-roots.ts";
import { conceal, list, quote } from "./message.ts";
import { isNixError, NixError, withMessage } from "./nix-error.ts";
import { createNixLog, markPrefix, type NixLog } from "./nix-log.ts";
import type { NixOptions } from "./nix-options.ts";
import { createNixPrograms, reading } from "./nix-program.ts";
import type { Closure, NixSystem, PrepareOptions } from "./package-source.ts";
import { selectionExpression } from "./selection-expression.ts";
import { readSelection, type SelectedPackage, type SelectedTarget } from "./selection.ts";
import { withTimeLimit } from "./time-limit.ts";

/** Where the package set of a request is. */
export type PackageSetLocation =
  | {
      /** A file, or a directory with a `default.nix`; absolute. */
      readonly path: string;
      /**
       * Directory of all that belongs to it. Errors do not say where it is.
       * @defaultValue the path
       */
      readonly root?: string | undefined;
    }
  /** Address of a tarball that Nix fetches. */
  | { readonly tarball: string };

export interface RealiseRequest {
  /** Makes the package set available for as long as `use` runs. */
  readonly locate: <T>(
    signal: AbortSignal,
    use: (location: PackageSetLocation) => Promise<T>,
  ) => Promise<T>;
  /** For messages; holds no secret. */
  readonly sourceName: string;
  /**
   * Arguments for a package set that is a function and takes them by these names, such as
   * nixpkgs' `config`. Values that JSON can hold.
   */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly packages: readonly string[];
  readonly system: NixSystem;
}

/** Nix on this machine. Sources may share one. */
export interface Nix {
  /** What one call may take, in milliseconds. */
  readonly timeout: number;
  /**
   * Finds packages in a package set, builds or fetches them, and gives their closure. Rejects with
   * a `NixError`, or with `signal.reason` when aborted; then no process of it is left.
   */
  readonly realise: (request: RealiseRequest, options?: PrepareOptions) => Promise<Closure>;
}

/** Calls the Nix that is installed on this machine, 2.8 or later. */
export function createNix(options: NixOptions = {}): Nix {
  const timeout = options.timeout ?? 600_000;
  const programs = createNixPrograms(options);
  const gcRoots = options.gcRoots
    ? createGcRoots({ directory: options.gcRoots, keep: options.keepGcRoots ?? 100 })
    : undefined;

  async function select(
    location: PackageSetLocation,
    request: RealiseRequest,
    log: NixLog,
    signal: AbortSignal,
  ): Promise<readonly SelectedPackage[]> {
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
      throw evaluationError(log, packages);
    }
    return reading("nix-instantiate", () => readSelection(json, request.sourceName));
  }

  /** Store paths, in the order of the targets. */
  async function build(
    selected: readonly SelectedPackage[],
    request: RealiseRequest,
    log: NixLog,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const targets = selected.flatMap((item) => item.targets.map(targetArgument));
    const output = await programs.run({
      program: "nix-store",
      command: ["--realise"],
      operands: [...((await gcRoots?.argumentsFor(targets)) ?? []), ...targets],
      log,
      signal,
    });
    if (output === undefined) {
      throw builderError(log, selected, request.packages);
    }
    const lines = output.split("\n").filter((line) => line !== "");
    const paths = await gcRoots?.pathsOf(lines);
    await gcRoots?.removeOld();
    return paths ?? lines;
  }

  async function closureOf(
    roots: readonly string[],
    request: RealiseRequest,
    log: NixLog,
    signal: AbortSignal,
  ): Promise<Closure> {
    const format = jsonFormat(await programs.version(signal));
    const json = await programs.run({
      program: "nix",
      command: ["--extra-experimental-features", "nix-command", "path-info"],
      operands: ["--recursive", "--json", ...format, ...roots],
      log,
      signal,
    });
    if (json === undefined) {
      throw builderError(log, [], request.packages);
    }
    return { roots, paths: reading("nix path-info", () => parsePathInfo(json)) };
  }

  async function realise(
    request: RealiseRequest,
    { signal, onLine }: PrepareOptions = {},
  ): Promise<Closure> {
    const log = createNixLog({ onLine, lines: options.logLines ?? 100 });
    let places: readonly string[] = [];
    const work = async (limited: AbortSignal): Promise<Closure> => {
      const selected = await request.locate(limited, async (location) => {
        places = await placesOf(location);
        return await select(location, request, log, limited);
      });
      if (selected.length === 0) {
        return { roots: [], paths: [] };
      }
      const roots = [...new Set(await build(selected, request, log, limited))];
      return await closureOf(roots, request, log, limited);
    };
    const expired = (): NixError => timedOut(request.packages, timeout, log);
    try {
      return await withTimeLimit(timeout, signal, work, expired);
    } catch (error) {
      throw isNixError(error) ? withMessage(error, conceal(error.message, places)) : error;
    }
  }

  return { timeout, realise };
}

/** What clients are not told: Nix names the files of a package set when it cannot evaluate one. */
async function placesOf(location: PackageSetLocation): Promise<readonly string[]> {
  if ("tarball" in location) {
    return [];
  }
  const root = location.root ?? location.path;
  return [root, await realpath(root).catch(() => root)].filter((place) => place !== "/");
}

/** Nix 2.33 made the flag necessary; Lix, which counts otherwise, does not know it. */
function jsonFormat(version: string): readonly string[] {
  const [, major, minor] = /(\d+)\.(\d+)\S*$/.exec(version) ?? [];
  const isNew = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 33);
  return isNew && !version.includes("Lix") ? ["--json-format", "2"] : [];
}

function targetArgument(target: SelectedTarget): string {
  return "path" in target ? target.path : `${target.derivation}!${target.output}`;
}

function timedOut(packages: readonly string[], timeout: number, log: NixLog): NixError {
  const names = list(packages.map(quote));
  return new NixError("ERR_NIX_TIMEOUT", {
    message: `Nix did not finish ${names} within ${timeout / 1000} s: pull again to go on from what is built, or raise the limit.`,
    packages,
    log: log.tail(),
  });
}
