import { quote } from "@nixery/kit/quote";
import { type CommandInput, UsageError } from "../command.ts";

/** Where the paths to count are. */
export type Subject =
  | { readonly kind: "channel"; readonly channel: string; readonly cache: string }
  | { readonly kind: "cache"; readonly cache: string; readonly paths: string }
  | { readonly kind: "store"; readonly store: string | undefined };

/** The options of `nixery popcount`. */
export interface CountOptions {
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

/** @throws UsageError */
export function countOptions(input: CommandInput): CountOptions {
  const timeout = integer(input, "timeout", 3600);
  return {
    subject: subjectOf(input),
    output: input.value("output"),
    state: input.value("state"),
    restart: input.hasFlag("restart"),
    concurrency: integer(input, "concurrency", 1024),
    maxAttempts: integer(input, "attempts", 100),
    idleTimeout: timeout === undefined ? undefined : timeout * 1000,
    trustedPublicKeys: input
      .values("trusted-public-keys")
      .flatMap((keys) => keys.split(/\s+/))
      .filter((key) => key !== ""),
    skipInvalid: input.hasFlag("skip-invalid"),
    minUsers: integer(input, "min-users", Number.MAX_SAFE_INTEGER) ?? 1,
    quiet: input.hasFlag("quiet"),
  };
}

function subjectOf(input: CommandInput): Subject {
  const channel = input.argument;
  const [cache, paths, store] = [input.value("cache"), input.value("paths"), input.value("store")];
  const subjects = [channel, paths, store].filter((value) => value !== undefined);
  if (subjects.length !== 1) {
    throw new UsageError("Give one of a channel, --paths with --cache, and --store.");
  }
  if (channel !== undefined) {
    return { kind: "channel", channel, cache: cache ?? "https://cache.nixos.org" };
  }
  if (paths !== undefined) {
    if (cache === undefined) {
      throw new UsageError("The option --paths needs --cache, the binary cache that has them.");
    }
    return { kind: "cache", cache, paths };
  }
  if (cache !== undefined) {
    throw new UsageError("The option --store counts a local store. Remove --cache.");
  }
  return { kind: "store", store: store === "auto" ? undefined : store };
}

function integer(input: CommandInput, name: string, max: number): number | undefined {
  const value = input.value(name);
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
