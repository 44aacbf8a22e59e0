import { createReadStream } from "node:fs";
import { errnoOf } from "@nixery/kit/errno-of";
import { reasonOf } from "@nixery/kit/reason-of";
import { BinaryCacheError } from "./binary-cache-error.ts";
import { describeUrl } from "./location.ts";
import type { OpenBody } from "./open-body.ts";

/** Calls `use` with the content of a file URL; `undefined` when the file does not exist. */
export async function readFile<Result>(
  url: URL,
  use: (body: OpenBody) => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result | undefined> {
  let fileError: unknown;
  const stream = createReadStream(url, { signal });
  stream.once("error", (error) => {
    fileError = error;
  });
  try {
    return await use({ url, bytes: stream });
  } catch (error) {
    if (error !== fileError) {
      throw error;
    }
    if (errnoOf(error) === "ENOENT") {
      return undefined;
    }
    throw new BinaryCacheError("ERR_BINARY_CACHE_UNAVAILABLE", {
      message: `Reading "${describeUrl(url)}" failed (${reasonOf(error)}). Check the path and its permissions.`,
      cause: error,
    });
  } finally {
    stream.destroy();
  }
}
