import { createHash } from "node:crypto";
import {
  below,
  createReader,
  describeUrl,
  parseLocation,
  parseTrustedKey,
  type Reader,
  type ReaderOptions,
  type TrustedKey,
} from "@nixery/binary-cache";
import { forEachBounded } from "@nixery/kit/for-each-bounded";
import { wholeNumber } from "@nixery/kit/whole-number";
import type { CountProgress, CountResult } from "./count-result.ts";
import { PopcountError } from "./popcount-error.ts";
import { readReferences } from "./read-references.ts";
import { createRunningCount, type RunningCount } from "./running-count.ts";
import { openStateFile, type StateFile } from "./state-file.ts";
import { readStorePathList, type StorePathList } from "./store-path-list.ts";

export interface CountCacheOptions extends Omit<ReaderOptions, "onRetry"> {
  /** Binary cache: an http, https or file URL, or a directory. */
  readonly cache: string | URL;
  /** List of store paths, one a line, plain or xz: an http, https or file URL, or a file. */
  readonly paths: string | URL;
  /**
   * File for the results so far, with which an interrupted count continues. It stays when the count
   * is complete; the caller removes it once the result is saved.
   * @defaultValue none: an interrupted count starts again
   */
  readonly state?: string | undefined;
  /**
   * Discard the results of an earlier run in the state file.
   * @defaultValue false
   */
  readonly restart?: boolean | undefined;
  /**
   * Requests at a time, 1 to 1024.
   * @defaultValue 32
   */
  readonly concurrency?: number | undefined;
  /**
   * Public keys as in Nix's `trusted-public-keys`; one of them must have signed each path.
   * @defaultValue signatures are not checked
   */
  readonly trustedPublicKeys?: readonly string[] | undefined;
  /**
   * Count a path with an invalid or unsigned narinfo file as missing, rather than abort the count.
   * @defaultValue false
   */
  readonly skipInvalid?: boolean | undefined;
  /** Called for every path and every retry; must be quick. */
  readonly onProgress?: ((progress: CountProgress) => void) | undefined;
  /** Called with a message for each path that `skipInvalid` leaves out. */
  readonly onWarning?: ((message: string) => void) | undefined;
  /** Aborts the count; the promise then rejects with the reason, and the state file stays. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Counts the direct users of each name among the store paths of a list, from the narinfo files of a
 * binary cache. The result does not depend on the order of the list or of the responses, nor on
 * interruptions.
 *
 * @throws PopcountError or BinaryCacheError
 */
export async function countCache(options: CountCacheOptions): Promise<CountResult> {
  const cache = parseLocation(options.cache);
  const keys = (options.trustedPublicKeys ?? []).map(parseTrustedKey);
  const concurrency = wholeNumber(
    "concurrency",
    options.concurrency ?? 32,
    { min: 1, max: 1024 },
    (message) => new PopcountError("ERR_POPCOUNT_INVALID_OPTION", { message }),
  );
  const { signal } = options;
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
      async (base, { signal: taskSignal }) => {
        const found = await readReferences(cache, base, {
          reader,
          keys,
          skipInvalid: options.skipInvalid === true,
          onWarning: options.onWarning,
          signal: taskSignal,
        });
        // An invalid file may be correct in the next run.
        if (found.kind !== "invalid") {
          const names = found.kind === "found" ? found.names : undefined;
          await state?.append({ hash: base.slice(0, 32), names });
        }
        running?.add(base, found.kind === "found" ? found.names : undefined);
        report();
      },
      { maxRunning: concurrency, signal },
    );
  } finally {
    await state?.close();
  }
  return finish(running, list, cache);
}

async function readList(
  url: URL,
  reader: Reader,
  signal: AbortSignal | undefined,
): Promise<StorePathList> {
  const list = await reader.open(url, ({ bytes }) => readStorePathList(bytes), { signal });
  if (list === undefined) {
    throw new PopcountError("ERR_POPCOUNT_NOT_FOUND", {
      message: `No list of store paths at "${describeUrl(url)}". Check its location.`,
    });
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

/** Equal for counts of the same paths in the same cache with the same keys. */
function identify(list: StorePathList, cache: URL, keys: readonly TrustedKey[]): string {
  const hash = createHash("sha256");
  hash.update(`${describeUrl(below(cache, ""))}\n`);
  hash.update(
    `${keys
      .map(({ text }) => text)
      .toSorted()
      .join(" ")}\n`,
  );
  for (const base of list.bases) {
    hash.update(`${base}\n`);
  }
  return hash.digest("hex");
}

function finish(running: RunningCount, list: StorePathList, cache: URL): CountResult {
  const missing = running.missing();
  if (missing.length === list.bases.length) {
    throw new PopcountError("ERR_POPCOUNT_NOT_FOUND", {
      message: `The cache "${describeUrl(cache)}" has none of the ${missing.length} paths. Check its URL.`,
    });
  }
  return {
    counts: running.counts(),
    paths: list.bases.length,
    missing: missing.length,
    missingExamples: missing.slice(0, 3),
    derivations: list.derivations,
  };
}
