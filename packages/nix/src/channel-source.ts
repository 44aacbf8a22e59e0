import { NixError } from "./nix-error.ts";
import { createNix, type Nix } from "./nix.ts";
import { createNixpkgsServer, type NixpkgsCommit } from "./nixpkgs-server.ts";
import { packageSetArguments, settingsKey, type PackageSetOptions } from "./package-set-options.ts";
import type { PackageSource } from "./package-source.ts";
import { createRecentValues } from "./recent-values.ts";
import { createSharedOperations } from "./shared-operations.ts";
import { commitOf, isTagName, sortedTags } from "./tag-name.ts";
import { withTimeLimit } from "./time-limit.ts";
import { createTurns } from "./turns.ts";

/** Tags that the servers are asked about at the same time. */
const lookUpsAtOnce = 8;

export interface ChannelSourceOptions extends PackageSetOptions {
  /**
   * What the tag `latest` means: a channel such as `nixos-unstable`, a branch or tag of nixpkgs,
   * or a full commit hash.
   */
  readonly channel: string;
  /**
   * Where channels are: `<channelsUrl>/<channel>/git-revision` names a channel's commit.
   * @defaultValue `"https://channels.nixos.org"`
   */
  readonly channelsUrl?: string | undefined;
  /**
   * Where nixpkgs is: `<nixpkgsUrl>/archive/<commit, branch or tag>.tar.gz` is made by
   * `git archive`.
   * @defaultValue `"https://github.com/NixOS/nixpkgs"`
   */
  readonly nixpkgsUrl?: string | undefined;
  /**
   * How long it is remembered which commit a channel leads to, in milliseconds. Nothing is served
   * from memory after that, even if its server cannot be reached.
   * @defaultValue 60_000
   */
  readonly pinFor?: number | undefined;
  /**
   * What finding a tag's commit may take, in milliseconds. Fetching the package set has the time
   * limit of `nix`.
   * @defaultValue 30_000
   */
  readonly timeout?: number | undefined;
  /** @defaultValue `createNix()` */
  readonly nix?: Nix | undefined;
}

/**
 * The package set nixpkgs. A tag is a channel, a branch or tag of nixpkgs, or a full commit hash;
 * `latest` is the configured one. `created` is the committer's date, read from the beginning of
 * the commit's tarball.
 */
export function createChannelSource(options: ChannelSourceOptions): PackageSource {
  const nixpkgsUrl = withoutSlash(options.nixpkgsUrl ?? "https://github.com/NixOS/nixpkgs");
  const channelsUrl = withoutSlash(options.channelsUrl ?? "https://channels.nixos.org");
  const { channel } = options;
  if (!isTagName(channel)) {
    throw new TypeError(`The channel ${channel} is not a name of one.`);
  }
  const nix = options.nix ?? createNix();
  const server = createNixpkgsServer({ channelsUrl, nixpkgsUrl });

  const pins = createRecentValues<string>(options.pinFor ?? 60_000);
  const unknown = createRecentValues<true>(options.pinFor ?? 60_000);
  const commits = createRecentValues<NixpkgsCommit>(Infinity);
  const finding = createSharedOperations<NixpkgsCommit | undefined>();
  const inTurn = createTurns(lookUpsAtOnce);
  const timeout = options.timeout ?? 30_000;

  async function find(name: string, signal: AbortSignal): Promise<NixpkgsCommit | undefined> {
    const pinned = commitOf(name) ?? (await server.channel(name, signal));
    const known = pinned === undefined ? undefined : commits.get(pinned);
    return known ?? (await server.commit(pinned ?? name, signal));
  }

  async function commit(
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<NixpkgsCommit | undefined> {
    const known = commits.get(commitOf(name) ?? pins.get(name) ?? "");
    if (known !== undefined || unknown.get(name)) {
      return known;
    }
    // What most pulls wait for must not wait for tags that somebody made up.
    const ask = async (limited: AbortSignal): Promise<NixpkgsCommit | undefined> =>
      name === channel
        ? await find(name, limited)
        : await inTurn(() => find(name, limited), limited);
    const found = await finding.run(
      name,
      async (shared) => await withTimeLimit(timeout, shared, ask, () => slow(name)),
      signal,
    );
    if (found === undefined) {
      unknown.set(name, true);
    } else {
      commits.set(found.commit, found);
      pins.set(name, found.commit);
    }
    return found;
  }

  function slow(name: string): NixError {
    return new NixError("ERR_NIX_SOURCE_UNAVAILABLE", {
      message: `The servers of nixpkgs did not say within ${timeout / 1000} s what ${name} is: pull again later.`,
    });
  }

  return {
    name: `nixpkgs ${channel}`,

    resolve: async (tag, { signal } = {}) => {
      signal?.throwIfAborted();
      if (!isTagName(tag)) {
        return undefined;
      }
      const found = await commit(tag === "latest" ? channel : tag, signal);
      if (found === undefined && tag === "latest") {
        throw new NixError("ERR_NIX_SOURCE_UNAVAILABLE", {
          message: `Neither ${channelsUrl} nor ${nixpkgsUrl} knows the configured channel ${channel}: configure another.`,
        });
      }
      return (
        found && {
          cacheKey: `nixpkgs:${found.commit}${settingsKey(options)}`,
          revision: found.commit,
          url: nixpkgsUrl,
          created: found.created,
        }
      );
    },

    prepare: async ({ revision }, packages, system, prepareOptions) => {
      if (revision === undefined) {
        throw new TypeError("The resolved source is not of nixpkgs.");
      }
      return await nix.realise(
        {
          locate: async (_signal, use) => await use({ tarball: server.archiveUrl(revision) }),
          sourceName: `nixpkgs at ${revision.slice(0, 12)}`,
          arguments: packageSetArguments(options),
          packages,
          system,
        },
        prepareOptions,
      );
    },

    tags: async ({ signal } = {}) => {
      signal?.throwIfAborted();
      return sortedTags(["latest", channel]);
    },
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
