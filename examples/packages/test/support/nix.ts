import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { preparePackages } from "../../prepare.mjs";

const run = promisify(execFile);

/** Runs a program and resolves with its output; a failure has it as `stdout` and `stderr`. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  const config = process.env["NIX_CONFIG"] ?? "";
  // Debian's Nix as root has neither build users nor a sandbox.
  const env = {
    ...process.env,
    NIX_CONFIG: `${config}\nbuild-users-group =\nsandbox = false\nmax-jobs = auto\n`,
  };
  const { stdout } = await run(program, args, { env, maxBuffer: 2 ** 26 });
  return stdout.trim();
}

/** The whole package set: that of NIXERY_TEST_PACKAGES, or the one in the repository's cache. */
export async function packageSet(): Promise<string> {
  const ready = process.env["NIXERY_TEST_PACKAGES"];
  if (ready !== undefined) {
    return ready;
  }
  const directory = fileURLToPath(new URL("../../../../.nixery/packages", import.meta.url));
  return (await preparePackages({ directory })).directory;
}

/** Evaluates an expression in which `set` is the package set for a system. */
export async function evaluate(directory: string, system: string, expression: string) {
  const printed = await output("nix-instantiate", [
    "--eval",
    "--strict",
    "--json",
    "-E",
    `let set = import ${directory} { system = "${system}"; }; in ${expression}`,
  ]);
  return JSON.parse(printed) as unknown;
}

/** Builds the attributes, or all packages when there are none, and resolves with their store paths. */
export async function build(directory: string, system: string, attributes: readonly string[]) {
  const chosen = attributes.map((attribute) => `set.${attribute}`).join(" ");
  const all = `builtins.concatMap
    (value: if value ? drvPath then [ value ] else builtins.attrValues value)
    (builtins.attrValues (removeAttrs set [ "testing" ]))`;
  const printed = await output("nix-build", [
    "--no-out-link",
    "-E",
    `let set = import ${directory} { system = "${system}"; }; in ${chosen === "" ? all : `[ ${chosen} ]`}`,
  ]);
  return printed.split("\n");
}

/** The closure of the store paths. */
export async function closure(paths: readonly string[]): Promise<string[]> {
  return (await output("nix-store", ["--query", "--requisites", ...paths])).split("\n");
}
