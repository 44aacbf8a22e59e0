import { isBinaryCacheError } from "@nixery/binary-cache";
import { isPopcountError } from "@nixery/popcount";
import { type CommandContext, UsageError } from "../command.ts";
import { ConfigError } from "../config-error.ts";
import type { CountOptions } from "./count-options.ts";
import { createProgress } from "./progress.ts";
import { runCount } from "./run-count.ts";

/**
 * Counts and shows the progress.
 *
 * @returns the exit status: 0 done, 1 failed, 130 interrupted
 * @throws UsageError for invalid options
 */
export async function runPopcount(
  options: CountOptions,
  { stdout, stderr, signal }: CommandContext,
): Promise<number> {
  const progress = createProgress({ output: stderr });
  try {
    await runCount(options, { stdout, progress, signal });
    return 0;
  } catch (error) {
    if (signal.aborted) {
      progress.note("Interrupted. Run the same command again to continue.");
      return 130;
    }
    if (isInvalidOption(error)) {
      throw new UsageError(error.message);
    }
    if (!(error instanceof ConfigError || isPopcountError(error) || isBinaryCacheError(error))) {
      throw error;
    }
    progress.note(error.message);
    return 1;
  } finally {
    progress.end();
  }
}

function isInvalidOption(error: unknown): error is Error {
  return (
    isPopcountError(error, "ERR_POPCOUNT_INVALID_OPTION") ||
    isBinaryCacheError(error, "ERR_BINARY_CACHE_INVALID_OPTION")
  );
}
