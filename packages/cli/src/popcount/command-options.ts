import { parseArgs } from "node:util";
import { quote } from "@nixery/kit/quote";
import { reasonOf } from "@nixery/kit/reason-of";

/** A command line that cannot be run. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Where the paths to count are. */
export type Subject =
  | { readonly kind: "channel"; readonly channel: string; readonly cache: string }
  | { readonly kind: "cache"; readonly cache: string; readonly paths: string }
  | { readonly kind: "store"; readonly store: string | undefined };

/** The parsed command line of `nixery popcount`. */
export interface CommandOptions {
  readonly subject: Subject;
  /** File, or `-` for standard output. */
  readonly output: string | undefined;
  readonly state: string | undefined;
  readonly restart: boolean;
  readonly concurrency: number | undefined;
  readonly maxAttempts: number | undefined;
  /** Milliseconds. */
  readonly idleTimeout: number | undefined;
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
 * Parses the arguments after `nixery popcount`.
 *
 * @returns `"help"` for `--help`
 * @throws UsageError
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
    maxAttempts: integer("attempts", values.attempts, 100),
    idleTimeout: timeout === undefined ? undefined : timeout * 1000,
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
    throw new UsageError(reasonOf(error));
  }
}

function subjectOf(values: Values, positionals: readonly string[]): Subject {
  const [positional, ...more] = positionals;
  const { channel = positional, cache, paths, store } = values;
  if (more.length > 0 || (positional !== undefined && values.channel !== undefined)) {
    throw new UsageError("Give one channel.");
  }
  const kinds = [channel, paths, store].filter((value) => value !== undefined);
  if (kinds.length !== 1) {
    throw new UsageError("Give one of a channel, --paths with --cache, and --store.");
  }
  if (channel !== undefined) {
    return { kind: "channel", channel, cache: cache ?? "https://cache.nixos.org" };
  }
  if (paths !== undefined) {
    if (cache === undefined) {
      throw new UsageError("--paths needs --cache, the binary cache that has them.");
    }
    return { kind: "cache", cache, paths };
  }
  if (cache !== undefined) {
    throw new UsageError("--store counts a local store. Remove --cache.");
  }
  return { kind: "store", store: store === "auto" ? undefined : store };
}

function integer(name: string, value: string | undefined, max: number): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > max) {
    const range = max === Number.MAX_SAFE_INTEGER ? "of at least 1" : `from 1 to ${max}`;
    throw new UsageError(`Invalid --${name} ${quote(value)}. Use an integer ${range}.`);
  }
  return number;
}
