import { ConfigError } from "./config-error.ts";

/** What the command was asked to do. */
export type Command =
  | { readonly kind: "serve" }
  | { readonly kind: "explain"; readonly image: string; readonly json: boolean }
  | { readonly kind: "popcount"; readonly args: readonly string[] }
  | { readonly kind: "help" }
  | { readonly kind: "version" };

/**
 * Reads the arguments after `nixery`.
 *
 * @throws ConfigError naming the argument that makes no sense.
 */
export function readCommand(args: readonly string[]): Command {
  const [name, ...rest] = args;
  switch (name) {
    case "serve":
      refuse(rest);
      return { kind: "serve" };
    case "explain":
      return readExplain(rest);
    case "popcount":
      return { kind: "popcount", args: rest };
    case undefined:
    case "help":
    case "--help":
    case "-h":
      return { kind: "help" };
    case "version":
    case "--version":
      return { kind: "version" };
    default:
      throw new ConfigError(`nixery has no command "${name}"; see nixery --help`);
  }
}

function readExplain(args: readonly string[]): Command {
  const [image, ...rest] = args.filter((argument) => argument !== "--json");
  if (image === undefined || image.startsWith("-")) {
    throw new ConfigError(
      "nixery explain needs an image name, such as shell/git; see nixery --help",
    );
  }
  refuse(rest);
  return { kind: "explain", image, json: args.includes("--json") };
}

function refuse(args: readonly string[]): void {
  if (args[0] !== undefined) {
    throw new ConfigError(`"${args[0]}" is one argument too many; see nixery --help`);
  }
}
