import { oneLine } from "./message.ts";
import { readArchiveCommit } from "./archive-commit.ts";
import { NixError } from "./nix-error.ts";
import { commitOf } from "./tag-name.ts";

export interface NixpkgsServerOptions {
  readonly channelsUrl: string;
  readonly nixpkgsUrl: string;
}

export interface NixpkgsCommit {
  readonly commit: string;
  /** `undefined` where the archive does not say it. */
  readonly created: Date | undefined;
}

/** The two servers of the NixOS project, or what stands in for them. */
export interface NixpkgsServer {
  /** The commit that a channel was released from; `undefined`: no such channel. */
  readonly channel: (name: string, signal: AbortSignal) => Promise<string | undefined>;
  /** What a commit, branch or tag of nixpkgs is; `undefined`: no such. */
  readonly commit: (name: string, signal: AbortSignal) => Promise<NixpkgsCommit | undefined>;
  /** Where a commit's tarball is. */
  readonly archiveUrl: (name: string) => string;
}

export function createNixpkgsServer(options: NixpkgsServerOptions): NixpkgsServer {
  const { channelsUrl, nixpkgsUrl } = options;
  const archiveUrl = (name: string): string => `${nixpkgsUrl}/archive/${name}.tar.gz`;

  return {
    archiveUrl,

    channel: async (name, signal) => {
      const url = `${channelsUrl}/${name}/git-revision`;
      const text = await get(url, signal, async (response) => await response.text());
      const revision = commitOf(text?.trim() ?? "");
      if (text !== undefined && revision === undefined) {
        throw unavailable(url, "it answered with something else");
      }
      return revision;
    },

    commit: async (name, signal) => {
      const asked = commitOf(name);
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

/** What `read` makes of an answer; `undefined` where the server has no such thing. */
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
  // Object stores that do not let themselves be listed say 403 of what is not there.
  if ([403, 404, 410].includes(response.status)) {
    return undefined;
  }
  throw unavailable(url, `it answered with status ${response.status}`);
}

function unavailable(url: string, reason: string, cause?: unknown): NixError {
  return new NixError("ERR_NIX_SOURCE_UNAVAILABLE", {
    message: `The package set cannot be fetched now from ${url} (${oneLine(reason)}): pull again later.`,
    cause,
  });
}

/** fetch() says only "fetch failed"; why is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return "it failed";
  }
  return error.cause instanceof Error && error.cause.message !== ""
    ? error.cause.message
    : error.message;
}
