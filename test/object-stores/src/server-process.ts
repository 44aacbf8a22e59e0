import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { objectStoreCommand, type ObjectStoreCommand } from "./command.ts";

export interface ServerProcess {
  /** Process id, for measurements. */
  readonly pid: number;
  /** The server's output so far. */
  log(): string;
  /** Kills the server and waits until it has exited. */
  stop(): Promise<void>;
}

export interface ServerProcessOptions {
  readonly command: ObjectStoreCommand;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Part of the server's output once it listens. */
  readonly ready: string;
}

/** In milliseconds. */
const startTimeout = 30_000;

/** Starts a server and waits until it listens. */
export async function startServer(options: ServerProcessOptions): Promise<ServerProcess> {
  const { command, args, env, ready } = options;
  const file = objectStoreCommand(command);
  if (file === undefined) {
    throw new Error(`${command} not found. Build it with node scripts/install-go-peers.mjs.`);
  }
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  const { promise: started, resolve, reject } = Promise.withResolvers<void>();
  const exited = new Promise<void>((end) => {
    child.on("close", () => {
      reject(new Error(`${command} exited before it listened: ${log}`));
      end();
    });
  });
  child.on("error", reject);
  const listen = (text: string): void => {
    log += text;
    if (log.includes(ready)) {
      resolve();
    }
  };
  child.stdout.setEncoding("utf8").on("data", listen);
  child.stderr.setEncoding("utf8").on("data", listen);
  const timer = setTimeout(() => {
    reject(new Error(`Starting ${command} timed out after ${startTimeout / 1000} s: ${log}`));
    child.kill("SIGKILL");
  }, startTimeout);
  await started.finally(() => clearTimeout(timer));
  return {
    pid: child.pid ?? 0,
    log: () => log,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const port = portOf(server);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** The port on which a server listens. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("The server does not listen on a port.");
  }
  return address.port;
}

/** A temporary directory for a server's data. */
export async function createDataDirectory(): Promise<{
  path: string;
  remove: () => Promise<void>;
}> {
  const path = await mkdtemp(join(tmpdir(), "nixery-object-store-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
