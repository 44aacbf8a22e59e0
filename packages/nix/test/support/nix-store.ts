import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { createNix, type Nix, type NixOptions } from "@nixery/nix";
import { storePathName } from "@nixery/store-path";
import { vi } from "vitest";
import { currentNix } from "../../../../scripts/peers.mjs";

/** A Nix store of a test's own, so that tests leave nothing on the machine. */
export interface TestStore {
  readonly directory: string;
  readonly storeDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  nix(options?: NixOptions): Nix;
  /** Runs one of Nix's programs on the store and returns its output. */
  run(program: string, ...args: string[]): Promise<string>;
  /** Serves the store from another process; `environment` makes calls use it. */
  startDaemon(): Promise<{
    readonly environment: Readonly<Record<string, string>>;
    stop(): Promise<void>;
  }>;
  /** Completes builds of the package `waiting`. */
  openGate(): Promise<void>;
  remove(): Promise<void>;
}

/** The platform that this machine's Nix builds for. */
export const system: string = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-${process.platform === "darwin" ? "darwin" : "linux"}`;

export interface NixInstallation {
  readonly name: string;
  /** `undefined`: the one in PATH. */
  readonly binDirectory: string | undefined;
}

/**
 * The Nix in PATH, the current one that `test/nix-versions/install.mjs` installs, and those whose
 * directories `NIXERY_TEST_NIX_DIRECTORIES` lists: tests of what differs between versions of Nix
 * run on each. Where the current one is missing `npm test` says so; in CI that is a failure.
 */
export function nixInstallations(): readonly NixInstallation[] {
  const listed = process.env["NIXERY_TEST_NIX_DIRECTORIES"] ?? "";
  const others = listed.split(delimiter).filter((directory) => directory !== "");
  const hasCurrent = existsSync(join(currentNix, "nix"));
  if (!hasCurrent && process.env["CI"] !== undefined) {
    throw new Error("the current Nix is missing; run node test/nix-versions/install.mjs");
  }
  return [
    { name: "the Nix in PATH", binDirectory: undefined },
    ...(hasCurrent ? [{ name: "the current Nix", binDirectory: currentNix }] : []),
    ...others.map((binDirectory) => ({ name: binDirectory, binDirectory })),
  ];
}

export async function createTestStore(binDirectory?: string): Promise<TestStore> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "nixery-nix-")));
  const storeDirectory = join(directory, "store");
  const environment = {
    NIX_STORE_DIR: storeDirectory,
    NIX_STATE_DIR: join(directory, "state"),
    NIX_LOG_DIR: join(directory, "log"),
    NIX_CONF_DIR: join(directory, "conf"),
    NIX_CONFIG: "",
    NIX_REMOTE: "local",
    HOME: directory,
    XDG_CACHE_HOME: join(directory, "cache"),
    GATE: join(directory, "gate"),
  };
  await mkdir(environment.NIX_CONF_DIR);
  await writeFile(
    join(environment.NIX_CONF_DIR, "nix.conf"),
    "build-users-group =\nsubstituters =\nsandbox = false\nmax-jobs = 4\n",
  );
  return {
    directory,
    storeDirectory,
    environment,
    nix: (options = {}) =>
      createNix({
        timeout: 60_000,
        binDirectory,
        ...options,
        environment: { ...environment, ...options.environment },
      }),
    run: async (program, ...args) => {
      const path = binDirectory === undefined ? program : join(binDirectory, program);
      const { stdout } = await promisify(execFile)(path, args, {
        env: { ...process.env, ...environment },
      });
      return stdout.trim();
    },
    startDaemon: async () => {
      const socket = join(directory, "socket");
      const path = binDirectory === undefined ? "nix-daemon" : join(binDirectory, "nix-daemon");
      const daemon = spawn(path, {
        stdio: "ignore",
        env: { ...process.env, ...environment, NIX_DAEMON_SOCKET_PATH: socket },
      });
      await vi.waitUntil(() => existsSync(socket), { timeout: 10_000 });
      return {
        environment: { NIX_REMOTE: "daemon", NIX_DAEMON_SOCKET_PATH: socket },
        stop: async () => {
          daemon.kill();
          await once(daemon, "exit");
        },
      };
    },
    openGate: async () => await writeFile(environment.GATE, ""),
    remove: async () => {
      await makeWritable(directory);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Store paths are read-only; without this only root could remove them. */
async function makeWritable(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      await makeWritable(join(directory, entry.name));
    }
  }
}

/** Names of store paths, without directory and hash. */
export function storeNames(paths: readonly string[]): readonly string[] {
  return paths.map((path) => storePathName(path));
}
