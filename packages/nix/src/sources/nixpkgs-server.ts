import { oneLine } from "@nixery/kit/one-line";
import { reasonOf } from "@nixery/kit/reason-of";
import { PackageSourceError } from "@nixery/package-source";
import { readArchiveCommit } from "./archive-commit.ts";
import type { PinnedCommit } from "./pins.ts";
import { commitHash } from "./tags.ts";

export interface NixpkgsServerOptions {
  readonly channelsUrl: string;
  readonly nixpkgsUrl: string;
}

/** The two servers of the NixOS project, or their stand-ins. */
export interface NixpkgsServer {
  /** The commit that a channel was released from; `undefined` when there is no such channel. */
  channel(name: string, signal: AbortSignal): Promise<string | undefined>;
  /** A commit, or the head of a branch or tag; `undefined` when there is none. */
  commit(name: string, signal: AbortSignal): Promise<PinnedCommit | undefined>;
  /** Address of a commit's tarball. */
  archiveUrl(name: string): string;
}

export function createNixpkgsServer(options: NixpkgsServerOptions): NixpkgsServer {
  const { channelsUrl, nixpkgsUrl } = options;
  const archiveUrl = (name: string): string => `${nixpkgsUrl}/archive/${name}.tar.gz`;

  return {
    archiveUrl,

    async channel(name, signal) {
      const url = `${channelsUrl}/${name}/git-revision`;
      const text = await get(url, signal, async (response) => await response.text());
      const revision = commitHash(text?.trim() ?? "");
      if (text !== undefined && revision === undefined) {
        throw unavailable(url, "the response is not a commit hash");
      }
      return revision;
    },

    async commit(name, signal) {
      const asked = commitHash(name);
      return await get(archiveUrl(name), signal, async ({ body }) => {
        const found = await readArchiveCommit(body ?? []);
        if (asked === undefined || found?.commit === asked) {
          return found;
        }
        return { commit: asked, created: undefined };
      });
    },
  };
}

/** Reads a response; `undefined` when the server has none. */
async function get<T>(
  url: string,
  signal: AbortSignal,
  read: (response: Response) => Promise<T>,
): Promise<T | undefined> {
  let response: Response | undefined;
  try {
    response = await fetch(url, { signal });
    if (response.ok) {
      return await read(response);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw unavailable(url, reasonOf(error), error);
  } finally {
    if (response?.bodyUsed === false) {
      await response.body?.cancel();
    }
  }
  // Object stores that may not be listed return 403 for a missing object.
  if ([403, 404, 410].includes(response.status)) {
    return undefined;
  }
  throw unavailable(url, `HTTP status ${response.status}`);
}

function unavailable(url: string, reason: string, cause?: unknown): PackageSourceError {
  return new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", {
    message: `Fetching ${url} failed (${oneLine(reason)}). Pull again later.`,
    cause,
  });
}
