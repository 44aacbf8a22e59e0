import { createHash } from "node:crypto";
import type { CountProgress, CountResult } from "./count-result.ts";
import { forEachBounded } from "./for-each-bounded.ts";
import { below, describeUrl, parseLocation } from "./location.ts";
import { parseTrustedKey, type TrustedKey } from "./narinfo-signature.ts";
import { PopcountError } from "./popcount-error.ts";
import { createReader, type Reader, type ReaderOptions } from "./reader.ts";
import { readReferences } from "./read-references.ts";
import { createRunningCount, type RunningCount } from "./running-count.ts";
import { openStateFile, type StateFile } from "./state-file.ts";
import { readStorePathList, type StorePathList } from "./store-path-list.ts";

/** What to count, and how to read it. */
export interface CountCacheOptions extends Omit<ReaderOptions, "onRetry"> {
  /** Binary cache: an http, https or file URL, or a directory. */
  readonly cache: string | URL;
  /** List of store paths, one a line, plain or xz: an http, https or file URL, or a file. */
  readonly paths: string | URL;
  /**
   * File that keeps the results so far; it stays when the count is complete, for the caller to
   * remove once the result is safe.
   * @defaultValue none: an interrupted count starts again
   */
  readonly state?: string | undefined;
  /**
   * Do not use what an earlier run left in the state file.
   * @defaultValue false
   */
  readonly restart?: boolean | undefined;
  /**
   * Requests at a time.
   * @defaultValue 32
   */
  readonly concurrency?: number | undefined;
  /**
   * Public keys as in Nix's `trusted-public-keys`; every narinfo file must be signed by one.
   * @defaultValue signatures are not looked at
   */
  readonly trustedPublicKeys?: readonly string[] | undefined;
  /**
   * Count a path whose narinfo file is malformed or not signed as missing, instead of giving up.
   * @defaultValue false
   */
  readonly skipInvalid?: boolean | undefined;
  /** Called for every path and every retry; must be quick. */
  readonly onProgress?: ((progress: CountProgress) => void) | undefined;
  /** Told, in one sentence, of each path that `skipInvalid` leaves out. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Interrupts the count; the promise then rejects with the reason, and the state file stays. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Counts the direct users of each name among the store paths of a list, from the narinfo files of a
 * binary cache. The result does not depend on the order of the list or of the answers, nor on how
 * often the count was interrupted and gone on with.
 *
 * @throws PopcountError
 */
export async function countCache(options: CountCacheOptions): Promise<CountResult> {
  const cache = parseLocation(options.cache);
  const keys = (options.trustedPublicKeys ?? []).map(parseTrustedKey);
  const concurrency = checkConcurrency(options.concurrency ?? 32);
  const signal = options.signal ?? new AbortController().signal;
  let retries = 0;
  const reader = createReader({
    ...options,
    onRetry: () => {
      retries += 1;
      report();
    },
  });
  let running: RunningCount | undefined;
  const report = (): void => {
    if (running !== undefined) {
      options.onProgress?.({ ...running.progress(), retries });
    }
  };

  const list = await readList(parseLocation(options.paths), reader, signal);
  running = createRunningCount(list);
  const state = await openState(options, identify(list, cache, keys), running);
  report();
  try {
    await forEachBounded(
      running.remaining(),
      async (basename, { signal: taskSignal }) => {
        const found = await readReferences(cache, basename, {
          reader,
          keys,
          skipInvalid: options.skipInvalid === true,
          onWarning: options.onWarning,
          signal: taskSignal,
        });
        // An invalid file may be repaired by the next run; it is not kept.
        if (found.kind !== "invalid") {
          const names = found.kind === "found" ? found.names : undefined;
          await state?.append({ hash: basename.slice(0, 32), names });
        }
        running?.add(basename, found.kind === "found" ? found.names : undefined);
        report();
      },
      { concurrency, signal },
    );
  } finally {
    await state?.close();
  }
  return finish(running, list, cache);
}

async function readList(url: URL, reader: Reader, signal: AbortSignal): Promise<StorePathList> {
  const list = await reader.open(url, ({ bytes }) => readStorePathList(bytes), { signal });
  if (list === undefined) {
    throw new PopcountError(
      "ERR_POPCOUNT_NOT_FOUND",
      `there is no list of store paths at ${describeUrl(url)}; check its name`,
    );
  }
  return list;
}

async function openState(
  options: CountCacheOptions,
  identity: string,
  running: RunningCount,
): Promise<StateFile | undefined> {
  if (options.state === undefined) {
    return undefined;
  }
  return openStateFile({
    path: options.state,
    identity,
    restart: options.restart === true,
    onRecord: ({ hash, names }) => running.restore(hash, names),
  });
}

/** Two counts with one identity ask the same of the same cache. */
function identify(list: StorePathList, cache: URL, keys: readonly TrustedKey[]): string {
  const hash = createHash("sha256");
  hash.update(`${describeUrl(below(cache, ""))}\n`);
  hash.update(
    `${keys
      .map(({ text }) => text)
      .toSorted()
      .join(" ")}\n`,
  );
  for (const basename of list.basenames) {
    hash.update(`${basename}\n`);
  }
  return hash.digest("hex");
}

function finish(running: RunningCount, list: StorePathList, cache: URL): CountResult {
  const missing = running.missing();
  if (missing.length === list.basenames.length) {
    throw new PopcountError(
      "ERR_POPCOUNT_NOT_FOUND",
      `none of the ${missing.length} paths is in the cache ${describeUrl(cache)}; check its URL`,
    );
  }
  return {
    counts: running.counts(),
    paths: list.basenames.length,
    missing: missing.length,
    missingExamples: missing.slice(0, 3),
    derivations: list.derivations,
  };
}

function checkConcurrency(concurrency: number): number {
  if (!Number.isSafeInteger(concurrency) || concurrency < 1 || concurrency > 1024) {
    throw new PopcountError("ERR_POPCOUNT_USAGE", "concurrency must be from 1 to 1024");
  }
  return concurrency;
}
