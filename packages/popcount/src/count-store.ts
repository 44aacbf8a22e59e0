import { spawn } from "node:child_process";
import type { CountProgress, CountResult } from "./count-result.ts";
import { PopcountError, isPopcountError, reasonOf } from "./popcount-error.ts";
import { readRegistrations } from "./registrations.ts";
import { isDerivation, storePathBase } from "./store-path.ts";
import { createUseCounter, usedNames } from "./use-counter.ts";

/** Which store to count. */
export interface CountStoreOptions {
  /**
   * Which store, as `nix-store --store` takes it.
   * @defaultValue the one that `nix-store` uses by itself
   */
  readonly store?: string | undefined;
  /**
   * Command to run.
   * @defaultValue "nix-store"
   */
  readonly nixStore?: string | undefined;
  /** Called for every path; must be quick. */
  readonly onProgress?: ((progress: CountProgress) => void) | undefined;
  /** Ends it; the promise then rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Counts the direct users of each name among all valid paths of a Nix store, derivations left out.
 * It reads `nix-store --dump-db`, which has been the same in all versions of Nix, as a stream.
 *
 * @throws PopcountError
 */
export async function countStore(options: CountStoreOptions = {}): Promise<CountResult> {
  const counter = createUseCounter();
  let paths = 0;
  let derivations = 0;
  const lines = runNixStore(options);
  for await (const { path, references } of readRegistrations(lines)) {
    const basename = storePathBase(path) ?? path;
    if (isDerivation(basename)) {
      derivations += 1;
      continue;
    }
    paths += 1;
    const used = references.map((reference) => storePathBase(reference) ?? reference);
    counter.add(usedNames(basename, used));
    options.onProgress?.({ done: paths, total: undefined, missing: 0, retries: 0 });
  }
  return { counts: counter.counts(), paths, missing: 0, missingExamples: [], derivations };
}

const longestTail = 2000;

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
      resolve(code === 0 ? undefined : new Error(`it ended with ${code ?? killedBy}`));
    });
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-longestTail);
  });
  try {
    yield* child.stdout;
    const error = await ended;
    if (error !== undefined) {
      throw error;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw isPopcountError(error) ? error : failed(nixStore, (await ended) ?? error, said);
  } finally {
    child.kill();
  }
}

function failed(command: string, cause: unknown, said: string): PopcountError {
  const lastLine = said.trim().split("\n").at(-1);
  const what = lastLine === undefined || lastLine === "" ? "" : `: ${lastLine}`;
  return new PopcountError(
    "ERR_POPCOUNT_NIX",
    `${command} could not list the store (${reasonOf(cause)})${what}; check that Nix is installed and may read it`,
    { cause },
  );
}
