// Loaded into the server before it (`node --import`): kills the process, as kill -9 does, at the step
// of a build that KILL_AT_STEP counts to, or says how many steps the build had. Steps are what can
// leave something behind: a program started, a file renamed or removed, and what the log tells.
import childProcess from "node:child_process";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import process from "node:process";

const last = Number(process.env["KILL_AT_STEP"] ?? Number.POSITIVE_INFINITY);
let step = 0;
let isBuilding = false;

function count(): void {
  if (!isBuilding) {
    return;
  }
  step += 1;
  if (step === last) {
    process.kill(process.pid, "SIGKILL");
  }
}

/** Counts the moment before a call and that after it. */
function countCalls<Arguments extends readonly unknown[], Result>(
  call: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  return (...args) => {
    count();
    const result = call(...args);
    if (result instanceof Promise) {
      void result.then(count, count);
    } else {
      count();
    }
    return result;
  };
}

fs.rename = countCalls(fs.rename);
fs.unlink = countCalls(fs.unlink);
Object.assign(childProcess, { spawn: countCalls(childProcess.spawn) });
syncBuiltinESMExports();

const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (text: string | Uint8Array) => {
  const message = /"message":"([^"]*)"/.exec(String(text))?.[1] ?? "";
  const written = write(text);
  if (message === "source-resolved") {
    isBuilding = true;
  }
  // How many lines Nix prints is up to its store.
  if (message !== "nix-line") {
    count();
  }
  if (message.startsWith("stored ")) {
    isBuilding = false;
    write(`steps of the build: ${step}\n`);
  }
  return written;
};
