import { rm } from "node:fs/promises";
import { isBinaryCacheError, resolveChannel } from "@nixery/binary-cache";
import {
  type CountProgress,
  type CountResult,
  countCache,
  countStore,
  encodePopularity,
  isPopcountError,
} from "@nixery/popcount";
import { ConfigError } from "../config-error.ts";
import { commandHelp } from "./command-help.ts";
import { type CommandOptions, parseCommand, UsageError } from "./command-options.ts";
import { createProgress, group, type Progress, type TextOutput } from "./progress.ts";
import { writeFileAtomically } from "./write-file-atomically.ts";

/** Input and output of the command. */
export interface RunPopcountIo {
  /** For the map with `--output -`, and the help. */
  readonly stdout: TextOutput;
  /** For progress and messages. */
  readonly stderr: TextOutput;
  /** Interrupts the count; the state file keeps the results so far. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The command `nixery popcount`.
 *
 * @param argv - the arguments after `popcount`
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted; rejects only for
 *   defects
 */
export async function runPopcount(argv: readonly string[], io: RunPopcountIo): Promise<number> {
  const progress = createProgress({ output: io.stderr });
  try {
    const options = parseCommand(argv);
    if (options === "help") {
      io.stdout.write(commandHelp);
      return 0;
    }
    await count(options, io, progress);
    return 0;
  } catch (error) {
    if (io.signal?.aborted === true) {
      progress.note("Interrupted. Run the same command again to continue.");
      return 130;
    }
    if (!isExpected(error)) {
      throw error;
    }
    progress.note(error.message);
    if (!isUsageError(error)) {
      return 1;
    }
    progress.note("See nixery popcount --help.");
    return 2;
  } finally {
    progress.end();
  }
}

function isExpected(error: unknown): error is Error {
  return (
    error instanceof UsageError ||
    error instanceof ConfigError ||
    isPopcountError(error) ||
    isBinaryCacheError(error)
  );
}

function isUsageError(error: Error): boolean {
  return (
    error instanceof UsageError ||
    isPopcountError(error, "ERR_POPCOUNT_INVALID_OPTION") ||
    isBinaryCacheError(error, "ERR_BINARY_CACHE_INVALID_OPTION")
  );
}

async function count(
  options: CommandOptions,
  { stdout, signal }: RunPopcountIo,
  progress: Progress,
): Promise<void> {
  const target = await findTarget(options, progress, signal);
  const result = await countTarget(options, target, progress, signal);
  progress.end();
  const counts = [...result.counts].filter(([, users]) => users >= options.minUsers);
  const text = encodePopularity(new Map(counts));
  if (target.output === "-") {
    stdout.write(text);
  } else {
    await writeFileAtomically(target.output, text);
  }
  if (target.state !== undefined) {
    await rm(target.state, { force: true });
  }
  summarize(result, counts.length, target.output, progress);
}

/** The input and the output of a count. */
interface Target {
  readonly output: string;
  readonly state: string | undefined;
  /** `undefined`: a store. */
  readonly from: { readonly cache: string; readonly paths: string | URL } | undefined;
}

async function findTarget(
  options: CommandOptions,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<Target> {
  const { subject } = options;
  if (subject.kind === "store") {
    return { output: options.output ?? "popularity.json", state: undefined, from: undefined };
  }
  let name = "popularity.json";
  let paths: string | URL;
  if (subject.kind === "channel") {
    const channel = await resolveChannel(subject.channel, { ...options, signal });
    progress.note(`Channel ${channel.name} is at revision ${channel.revision}.`);
    name = `popularity-${channel.name}-${channel.revision}.json`;
    paths = channel.storePaths;
  } else {
    paths = subject.paths;
  }
  const output = options.output ?? name;
  const state = options.state ?? (output === "-" ? undefined : `${output}.state`);
  return { output, state, from: { cache: subject.cache, paths } };
}

async function countTarget(
  options: CommandOptions,
  { state, from }: Target,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<CountResult> {
  const onProgress = options.quiet
    ? undefined
    : (done: CountProgress): void => progress.update(done);
  if (from === undefined) {
    const store = options.subject.kind === "store" ? options.subject.store : undefined;
    return countStore({ store, onProgress, signal });
  }
  const onWarning = (message: string): void => progress.note(message);
  return countCache({ ...options, ...from, state, onProgress, onWarning, signal });
}

function summarize(result: CountResult, names: number, output: string, progress: Progress): void {
  if (result.missing > 0) {
    progress.note(
      `${group(result.missing)} of ${group(result.paths)} paths could not be counted, such as ${result.missingExamples.join(", ")}.`,
    );
  }
  const derivations =
    result.derivations > 0 ? `, ${group(result.derivations)} derivations left out` : "";
  const where = output === "-" ? "" : ` Wrote ${output}.`;
  progress.note(
    `Counted ${group(result.paths)} paths${derivations}, ${group(names)} names with users.${where}`,
  );
}
