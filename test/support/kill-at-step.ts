// A preload of the server (`node --import`): kills the process with SIGKILL at step KILL_AT_STEP of a
// build, or at its last step ("last"); without it, prints the number of steps. Steps are calls that may
// leave something behind (starting a program, renaming, linking or removing a file) and lines of the
// log.
import childProcess from "node:child_process";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import process from "node:process";

const { KILL_AT_STEP } = process.env;
const killAt = Number(KILL_AT_STEP ?? Number.POSITIVE_INFINITY);
let step = 0;
let isBuilding = false;

function count(): void {
  if (!isBuilding) {
    return;
  }
  step += 1;
  if (step === killAt) {
    process.kill(process.pid, "SIGKILL");
  }
}

/** Counts before a call and after it. */
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
fs.link = countCalls(fs.link);
fs.symlink = countCalls(fs.symlink);
Object.assign(childProcess, { spawn: countCalls(childProcess.spawn) });
syncBuiltinESMExports();

const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (text: string | Uint8Array) => {
  const message = /"message":"([^"]*)"/.exec(String(text))?.[1] ?? "";
  const written = write(text);
  if (message === "source-resolved") {
    isBuilding = true;
  }
  // The number of Nix's lines depends on its store.
  if (message !== "nix-line") {
    count();
  }
  if (message.startsWith("Stored ")) {
    isBuilding = false;
    if (KILL_AT_STEP === "last") {
      process.kill(process.pid, "SIGKILL");
    }
    write(`steps of the build: ${step}\n`);
  }
  return written;
};
