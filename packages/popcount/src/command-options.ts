import { parseArgs } from "node:util";
import { PopcountError, reasonOf } from "./popcount-error.ts";

/** What there is to count. */
export type Subject =
  | { readonly kind: "channel"; readonly channel: string; readonly cache: string }
  | { readonly kind: "cache"; readonly cache: string; readonly paths: string }
  | { readonly kind: "store"; readonly store: string | undefined };

/** The command line of `nixery popcount`, understood. */
export interface CommandOptions {
  readonly subject: Subject;
  /** File, or `-` for standard output. */
  readonly output: string | undefined;
  readonly state: string | undefined;
  readonly restart: boolean;
  readonly concurrency: number | undefined;
  readonly attempts: number | undefined;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly trustedPublicKeys: readonly string[];
  readonly skipInvalid: boolean;
  readonly minUsers: number;
  readonly quiet: boolean;
}

const definitions = {
  channel: { type: "string" },
  cache: { type: "string" },
  paths: { type: "string" },
  store: { type: "string" },
  output: { type: "string", short: "o" },
  state: { type: "string" },
  restart: { type: "boolean" },
  concurrency: { type: "string" },
  attempts: { type: "string" },
  timeout: { type: "string" },
  "trusted-public-keys": { type: "string", multiple: true },
  "skip-invalid": { type: "boolean" },
  "min-users": { type: "string" },
  quiet: { type: "boolean", short: "q" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof parse>["values"];

/**
 * Understands the arguments that follow `nixery popcount`.
 *
 * @returns `"help"` when that is what they ask for.
 * @throws PopcountError `ERR_POPCOUNT_USAGE`
 */
export function parseCommand(argv: readonly string[]): CommandOptions | "help" {
  const { values, positionals } = parse(argv);
  if (values.help === true) {
    return "help";
  }
  const timeout = integer("timeout", values.timeout, 3600);
  return {
    subject: subjectOf(values, positionals),
    output: values.output,
    state: values.state,
    restart: values.restart === true,
    concurrency: integer("concurrency", values.concurrency, 1024),
    attempts: integer("attempts", values.attempts, 100),
    timeout: timeout === undefined ? undefined : timeout * 1000,
    trustedPublicKeys: (values["trusted-public-keys"] ?? [])
      .flatMap((keys) => keys.split(/\s+/))
      .filter((key) => key !== ""),
    skipInvalid: values["skip-invalid"] === true,
    minUsers: integer("min-users", values["min-users"], Number.MAX_SAFE_INTEGER) ?? 1,
    quiet: values.quiet === true,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: definitions, allowPositionals: true });
  } catch (error) {
    throw usage(reasonOf(error));
  }
}

function subjectOf(values: Values, positionals: readonly string[]): Subject {
  const [positional, ...more] = positionals;
  const { channel = positional, cache, paths, store } = values;
  if (more.length > 0 || (positional !== undefined && values.channel !== undefined)) {
    throw usage("give one channel");
  }
  const kinds = [channel, paths, store].filter((value) => value !== undefined);
  if (kinds.length !== 1) {
    throw usage("give one of a channel, --paths with --cache, and --store");
  }
  if (channel !== undefined) {
    return { kind: "channel", channel, cache: cache ?? "https://cache.nixos.org" };
  }
  if (paths !== undefined) {
    if (cache === undefined) {
      throw usage("--paths needs --cache, the binary cache that has them");
    }
    return { kind: "cache", cache, paths };
  }
  if (cache !== undefined) {
    throw usage("--store counts a local store and has no use for --cache");
  }
  return { kind: "store", store: store === "auto" ? undefined : store };
}

function integer(name: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? "of at least 1" : `from 1 to ${most}`;
    throw usage(`--${name} is "${value}"; it must be a whole number ${range}`);
  }
  return number;
}

function usage(message: string): PopcountError {
  return new PopcountError("ERR_POPCOUNT_USAGE", message);
}
