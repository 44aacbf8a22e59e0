import { spawn } from "node:child_process";
import { oneLine } from "@nixery/kit/one-line";
import { quote } from "@nixery/kit/quote";
import { reasonOf } from "@nixery/kit/reason-of";
import { isDerivation, storePathBase } from "@nixery/store-path";
import type { CountProgress, CountResult } from "./count-result.ts";
import { isPopcountError, PopcountError } from "./popcount-error.ts";
import { readRegistrations } from "./registrations.ts";
import { createUseCounter, usedNames } from "./use-counter.ts";

export interface CountStoreOptions {
  /**
   * Store to count, in the form of `nix-store --store`.
   * @defaultValue the default store of `nix-store`
   */
  readonly store?: string | undefined;
  /**
   * Command to run.
   * @defaultValue "nix-store"
   */
  readonly nixStore?: string | undefined;
  /** Called for every path; must be quick. */
  readonly onProgress?: ((progress: CountProgress) => void) | undefined;
  /** Aborts the count; the promise then rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Counts the direct users of each name among all valid paths of a Nix store except derivations.
 * Reads `nix-store --dump-db`, whose format is the same in all versions of Nix, as a stream.
 *
 * @throws PopcountError
 */
export async function countStore(options: CountStoreOptions = {}): Promise<CountResult> {
  const counter = createUseCounter();
  let paths = 0;
  let derivations = 0;
  const lines = runNixStore(options);
  for await (const { path, references } of readRegistrations(lines)) {
    const base = storePathBase(path) ?? path;
    if (isDerivation(base)) {
      derivations += 1;
      continue;
    }
    paths += 1;
    const used = references.map((reference) => storePathBase(reference) ?? reference);
    counter.add(usedNames(base, used));
    options.onProgress?.({ done: paths, total: undefined, missing: 0, retries: 0 });
  }
  return { counts: counter.counts(), paths, missing: 0, missingExamples: [], derivations };
}

const maxTailLength = 2000;

async function* runNixStore(options: CountStoreOptions): AsyncGenerator<Uint8Array> {
  const { store, nixStore = "nix-store", signal } = options;
  signal?.throwIfAborted();
  const place = store === undefined ? [] : ["--store", store];
  const child = spawn(nixStore, ["--dump-db", ...place], {
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  const ended = new Promise<Error | undefined>((resolve) => {
    child.once("error", resolve);
    child.once("close", (code, killedBy) => {
      resolve(code === 0 ? undefined : new Error(`exit status ${code ?? killedBy}`));
    });
  });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output = (output + text).slice(-maxTailLength);
  });
  try {
    yield* child.stdout;
    const error = await ended;
    if (error !== undefined) {
      throw error;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw isPopcountError(error) ? error : failed(nixStore, (await ended) ?? error, output);
  } finally {
    child.kill();
  }
}

function failed(command: string, cause: unknown, output: string): PopcountError {
  const lastLine = oneLine(output.trim().split("\n").at(-1) ?? "");
  const reason = [reasonOf(cause), lastLine].filter((text) => text !== "").join(": ");
  return new PopcountError("ERR_POPCOUNT_NIX", {
    message: `Listing the store with ${quote(command)} failed (${reason}). Check that Nix is installed and may read it.`,
    cause,
  });
}
