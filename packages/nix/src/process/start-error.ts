import { basename } from "node:path";
import { quote } from "@nixery/kit/quote";
import { PackageSourceError } from "@nixery/package-source";

/** The missing resource, when a system call fails for a temporary reason. */
const resources: ReadonlyMap<unknown, string> = new Map([
  ["EMFILE", "open files"],
  ["ENFILE", "open files"],
  ["EAGAIN", "processes"],
  ["ENOMEM", "memory"],
]);

/**
 * The error of a package source when a program could not be started: it is missing, or the machine
 * lacks resources. Returns other errors unchanged.
 *
 * @param advice - how to install the program, as a sentence without its full stop
 */
export function startError(error: unknown, program: string, advice: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) {
    return error;
  }
  const name = quote(basename(program));
  const resource = resources.get(error.code);
  if (resource !== undefined) {
    return new PackageSourceError("ERR_PACKAGE_SOURCE_NO_RESOURCES", {
      message: `The server has no ${resource} left to start ${name} (${String(error.code)}). Pull again later.`,
      cause: error,
    });
  }
  if (!String(error.syscall).startsWith("spawn")) {
    return error;
  }
  return new PackageSourceError("ERR_PACKAGE_SOURCE_NOT_WORKING", {
    message: `Starting ${name} on the server failed (${String(error.code)}). ${advice}.`,
    cause: error,
  });
}
