import { rm } from "node:fs/promises";
import { resolveChannel } from "@nixery/binary-cache";
import {
  type CountProgress,
  type CountResult,
  countCache,
  countStore,
  encodePopularity,
} from "@nixery/popcount";
import type { TextOutput } from "../command.ts";
import type { CountOptions } from "./count-options.ts";
import { group, type Progress } from "./progress.ts";
import { writeFileAtomically } from "./write-file-atomically.ts";

export interface RunCountOptions {
  /** For the map with `--output -`. */
  readonly stdout: TextOutput;
  /** For progress and messages. */
  readonly progress: Progress;
  /** Interrupts the count; the state file keeps the results so far. */
  readonly signal: AbortSignal;
}

/** Counts, and writes the map to the output. */
export async function runCount(
  options: CountOptions,
  { stdout, progress, signal }: RunCountOptions,
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
  options: CountOptions,
  progress: Progress,
  signal: AbortSignal,
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
  options: CountOptions,
  { state, from }: Target,
  progress: Progress,
  signal: AbortSignal,
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
