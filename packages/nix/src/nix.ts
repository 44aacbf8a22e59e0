import { createHash } from "node:crypto";
import { mkdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import createDebug from "debug";
import { builderError, evaluationError } from "./build-failure.ts";
import { childEnvironment } from "./child-environment.ts";
import { parsePathInfo } from "./closure-parser.ts";
import { createNixLog, markPrefix } from "./nix-log.ts";
import type { NixLog } from "./nix-log.ts";
import { list, oneLine, quote } from "./message.ts";
import { NixError } from "./nix-error.ts";
import type { Closure, NixSystem, PrepareOptions } from "./package-source.ts";
import { isSpawnFailure, runProcess } from "./run-process.ts";
import { selectionExpression } from "./selection-expression.ts";
import { readSelection } from "./selection.ts";
import type { SelectedPackage, SelectedTarget } from "./selection.ts";
import { withTimeLimit } from "./time-limit.ts";

const debug = createDebug("nixery:nix");

/** Values of Nix's own settings (`man nix.conf`). */
export type NixSettings = Readonly<Record<string, string | number | boolean>>;

export interface NixOptions {
  /**
   * Directory of the programs `nix`, `nix-instantiate` and `nix-store`.
   * @defaultValue they are looked for in `PATH`
   */
  readonly binDirectory?: string | undefined;
  /**
   * What one `prepare` may take, fetching and building included, in milliseconds. What Nix has
   * built until then stays built, so that the next attempt goes on from there.
   * @defaultValue 600_000
   */
  readonly timeout?: number | undefined;
  /**
   * Whether builders run in Nix's sandbox.
   * @defaultValue as the machine's Nix is configured
   */
  readonly sandbox?: boolean | undefined;
  /**
   * Settings of Nix for these calls, such as `{ "max-jobs": "auto", "build-users-group": "" }`.
   * @defaultValue none: as the machine's Nix is configured
   */
  readonly settings?: NixSettings | undefined;
  /**
   * Variables for Nix's processes, over the few that are passed on. A package set can read them.
   * `NIX_PATH` is not passed on, so that a package set does not depend on the machine.
   * @defaultValue none
   */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /**
   * Directory of links that keep what was prepared from Nix's garbage collection. Links are named
   * after what they lead to, and renewed by each `prepare`; delete those that are old.
   * @defaultValue no links; then nothing but luck protects a closure while it is read
   */
  readonly gcRoots?: string | undefined;
  /**
   * Lines of Nix's output that an error keeps.
   * @defaultValue 100
   */
  readonly logLines?: number | undefined;
  /**
   * What a program may print as its result, in bytes.
   * @defaultValue 67_108_864
   */
  readonly maxOutputBytes?: number | undefined;
}

/** Where the package set of a request is. */
export type PackageSetLocation =
  /** A file, or a directory with a `default.nix`; absolute. */
  | { readonly path: string }
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

/** Calls the Nix that is installed on this machine; 2.8 and later, Lix too. */
export function createNix(options: NixOptions = {}): Nix {
  const timeout = options.timeout ?? 600_000;
  const environment = childEnvironment({ NIX_PATH: "", LC_ALL: "C", ...options.environment });
  const settings = settingArguments(options);
  let version: Promise<string> | undefined;

  async function run(
    name: string,
    args: readonly string[],
    log: NixLog,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const program = options.binDirectory ? join(options.binDirectory, name) : name;
    const started = performance.now();
    try {
      const result = await runProcess(program, args, {
        environment,
        maxOutputBytes: options.maxOutputBytes ?? 67_108_864,
        onErrorLine: log.push,
        signal,
      });
      debug("%s ended with %o after %d ms", name, result.exitCode, performance.now() - started);
      return result.exitCode === 0 ? result.stdout : undefined;
    } catch (error) {
      if (isSpawnFailure(error)) throw notInstalled(program, error);
      throw error instanceof RangeError ? unreadable(program, error) : error;
    }
  }

  /** Asked once; a machine that has no Nix may get one later. */
  async function versionOf(signal: AbortSignal | undefined): Promise<string> {
    version ??= run("nix", ["--version"], createNixLog({ lines: 10 }), undefined).then(
      (output) => output?.trim() ?? "",
    );
    try {
      return await version;
    } catch (error) {
      version = undefined;
      throw error;
    } finally {
      signal?.throwIfAborted();
    }
  }

  async function select(
    location: PackageSetLocation,
    request: RealiseRequest,
    log: NixLog,
    signal: AbortSignal,
  ): Promise<readonly SelectedPackage[]> {
    const { packages, system } = request;
    const asked = {
      source: location,
      arguments: request.arguments,
      packages,
      system,
      mark: markPrefix,
    };
    const json = await run(
      "nix-instantiate",
      [
        ...["--eval", "--strict", "--json", "--read-write-mode"],
        ...["--log-format", "internal-json", ...settings],
        ...["--expr", selectionExpression, "--argstr", "request", JSON.stringify(asked)],
      ],
      log,
      signal,
    );
    if (json === undefined) throw evaluationError(log, packages);
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
    const output = await run(
      "nix-store",
      [
        ...["--realise", "--log-format", "internal-json", ...settings],
        ...(await rootArguments(options.gcRoots, targets)),
        ...targets,
      ],
      log,
      signal,
    );
    if (output === undefined) throw builderError(log, selected, request.packages);
    const lines = output.split("\n").filter((line) => line !== "");
    return options.gcRoots ? await Promise.all(lines.map((line) => readlink(line))) : lines;
  }

  async function closureOf(
    roots: readonly string[],
    request: RealiseRequest,
    log: NixLog,
    signal: AbortSignal,
  ): Promise<Closure> {
    const json = await run(
      "nix",
      [
        ...["--extra-experimental-features", "nix-command", "--log-format", "internal-json"],
        ...["path-info", "--recursive", "--json", ...jsonFormat(await versionOf(signal))],
        ...settings,
        ...roots,
      ],
      log,
      signal,
    );
    if (json === undefined) throw builderError(log, [], request.packages);
    return { roots, paths: reading("nix path-info", () => parsePathInfo(json)) };
  }

  async function realise(
    request: RealiseRequest,
    { signal, onLine }: PrepareOptions = {},
  ): Promise<Closure> {
    const log = createNixLog({ onLine, lines: options.logLines ?? 100 });
    return await withTimeLimit(
      timeout,
      signal,
      async (limited) => {
        const selected = await request.locate(
          limited,
          async (location) => await select(location, request, log, limited),
        );
        if (selected.length === 0) return { roots: [], paths: [] };
        const roots = [...new Set(await build(selected, request, log, limited))];
        return await closureOf(roots, request, log, limited);
      },
      () => timedOut(request.packages, timeout, log),
    );
  }

  return { timeout, realise };
}

function settingArguments({ sandbox, settings }: NixOptions): readonly string[] {
  const all: NixSettings = {
    // The tarball of a commit never changes: one that is here is not asked for again.
    "tarball-ttl": 4_294_967_295,
    "connect-timeout": 15,
    ...(sandbox === undefined ? {} : { sandbox }),
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ["--option", name, String(value)]);
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

/** One name for the same things, so that preparing them again renews the links. */
async function rootArguments(
  directory: string | undefined,
  targets: readonly string[],
): Promise<readonly string[]> {
  if (directory === undefined) return [];
  await mkdir(directory, { recursive: true });
  const name = createHash("sha256").update(targets.join("\n")).digest("hex").slice(0, 32);
  return ["--add-root", join(directory, name), "--indirect"];
}

function notInstalled(program: string, cause: Error): NixError {
  return new NixError("ERR_NIX_NOT_INSTALLED", {
    message: `The program ${program} cannot be started on this machine: install Nix (on Debian and Ubuntu with "apt-get install nix-bin").`,
    cause,
  });
}

/** What `read` gives, unless the program printed what it does not understand. */
function reading<T>(program: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof SyntaxError ? unreadable(program, error) : error;
  }
}

function unreadable(program: string, cause: Error): NixError {
  return new NixError("ERR_NIX_NOT_INSTALLED", {
    message: `The Nix of this machine does not work with this package: ${program} printed something unexpected (${oneLine(cause.message)}).`,
    cause,
  });
}

function timedOut(packages: readonly string[], timeout: number, log: NixLog): NixError {
  const names = list(packages.map(quote));
  return new NixError("ERR_NIX_TIMEOUT", {
    message: `Nix did not finish ${names} within ${timeout / 1000} s: pull again to go on from what is built, or raise the limit.`,
    packages,
    log: log.tail(),
  });
}
