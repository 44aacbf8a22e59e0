import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server in a process of its own. */
export interface Contestant {
  readonly name: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a program and waits for the line with its port, which `listening` matches. */
export async function startContestant(
  name: string,
  command: string,
  args: readonly string[],
  listening: RegExp,
): Promise<Contestant> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      lines.push(line);
      const port = listening.exec(line)?.[1];
      if (port !== undefined) {
        resolve(`http://127.0.0.1:${port}`);
      }
    });
  }
  child.once("error", reject).once("exit", (code) => {
    reject(new Error(`${name} ended with ${code}: ${lines.join("\n")}`));
  });
  const url = await promise;
  return {
    name,
    url,
    stop: async () => {
      child.kill();
      if (child.exitCode === null) {
        await once(child, "exit");
      }
    },
  };
}

/** Starts one of our own servers. */
export function startOwn(name: string, args: readonly string[]): Promise<Contestant> {
  const program = fileURLToPath(new URL("serve.ts", import.meta.url));
  const node = ["--conditions=@nixery/source", program, ...args];
  return startContestant(name, process.execPath, node, /listening on .*:(\d+)/);
}
