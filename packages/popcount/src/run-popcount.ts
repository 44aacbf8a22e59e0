import { rm } from "node:fs/promises";
import { resolveChannel } from "./channel.ts";
import { commandHelp } from "./command-help.ts";
import { parseCommand, type CommandOptions } from "./command-options.ts";
import { countCache } from "./count-cache.ts";
import type { CountResult } from "./count-result.ts";
import { countStore } from "./count-store.ts";
import { encodePopularity } from "./encode-popularity.ts";
import { isPopcountError } from "./popcount-error.ts";
import { createProgress, group, type Progress, type TextOutput } from "./progress.ts";
import { writeFileAtomically } from "./write-file-atomically.ts";

/** What the command is connected to. */
export interface RunPopcountIo {
  /** Gets the map with `--output -`, and the help. */
  readonly stdout: TextOutput;
  /** Gets progress and messages. */
  readonly stderr: TextOutput;
  /** Interrupts the count; what was found is kept in the state file. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The command `nixery popcount`.
 *
 * @param argv What follows `popcount` on the command line.
 * @returns The exit status: 0 done, 1 failed, 2 wrong use, 130 interrupted. It only rejects for
 *   defects.
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
      progress.note("interrupted; run the same command again to go on");
      return 130;
    }
    if (!isPopcountError(error)) {
      throw error;
    }
    const usage = error.code === "ERR_POPCOUNT_USAGE";
    progress.note(usage ? `${error.message} (see nixery popcount --help)` : error.message);
    return usage ? 2 : 1;
  } finally {
    progress.end();
  }
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
  summarise(result, counts.length, target.output, progress);
}

/** Where to read from and where to write to. */
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
    progress.note(`${channel.name} is at revision ${channel.revision}`);
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
  const onProgress = options.quiet ? undefined : progress.update;
  if (from === undefined) {
    const store = options.subject.kind === "store" ? options.subject.store : undefined;
    return countStore({ store, onProgress, signal });
  }
  return countCache({ ...options, ...from, state, onProgress, onWarning: progress.note, signal });
}

function summarise(result: CountResult, names: number, output: string, progress: Progress): void {
  if (result.missing > 0) {
    progress.note(
      `${group(result.missing)} of ${group(result.paths)} paths could not be counted, such as ${result.missingExamples.join(", ")}`,
    );
  }
  const derivations =
    result.derivations > 0 ? `, ${group(result.derivations)} derivations left out` : "";
  const where = output === "-" ? "" : `, written to ${output}`;
  progress.note(
    `${group(result.paths)} paths${derivations}, ${group(names)} names with users${where}`,
  );
}
