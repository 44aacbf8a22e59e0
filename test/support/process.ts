import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

export interface Service {
  readonly child: ChildProcess;
  /** All output so far. */
  output(): string;
  /** Resolves with the first match in the output; rejects when the process exits without one. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends a signal and resolves when the process has exited. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a long-running program. */
export function startService(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Service {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
      listeners.forEach((listener) => listener());
    });
  }
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const ended = once(child, "close");
  return {
    child,
    output: () => output,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match !== null) {
            listeners.delete(look);
            resolve(match);
          }
        };
        listeners.add(look);
        look();
        ended.then(
          () =>
            reject(new Error(`${command} exited without printing ${pattern.source}:\n${output}`)),
          reject,
        );
      }),
    stop: async (signal = "SIGTERM") => {
      if (!hasEnded()) {
        child.kill(signal);
        await ended;
      }
    },
  };
}
