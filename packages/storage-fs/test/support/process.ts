import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of its own that uses a storage. */
export interface StorageProcess {
  readonly child: ChildProcess;
  /** The next message that the process sends. */
  message(): Promise<string>;
  kill(): Promise<void>;
}

/** Runs a program in this directory. */
export function startProcess(
  program: string,
  args: readonly string[],
  options: ForkOptions = {},
): StorageProcess {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const execArgv = ["--conditions=@nixery/source"];
  const child = fork(path, args, { execArgv, ...options });
  const messages: string[] = [];
  let wake: (() => void) | undefined;
  child.on("message", (message) => {
    messages.push(typeof message === "string" ? message : JSON.stringify(message));
    wake?.();
  });
  child.on("exit", () => {
    messages.push("exit");
    wake?.();
  });
  return {
    child,
    async message() {
      while (messages.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return messages.shift() ?? "";
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      }
    },
  };
}
