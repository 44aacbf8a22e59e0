import { isTag } from "@nixery/image-name";
import { quote } from "@nixery/kit/quote";
import { type PackageSource, PackageSourceError } from "@nixery/package-source";
import { createNix, type Nix } from "../evaluate/nix.ts";
import { createPrepare } from "./create-prepare.ts";
import type { LookUpOptions } from "./look-up.ts";
import { createNixpkgsServer } from "./nixpkgs-server.ts";
import { type PackageSetOptions, settingsKey } from "./package-set-options.ts";
import { createPins, type KnownCommits, type PinnedCommit, pinnedRevision } from "./pins.ts";
import { commitHash, tagsOf } from "./tags.ts";

export interface ChannelSourceOptions extends PackageSetOptions, LookUpOptions {
  /**
   * The meaning of the tag `latest`: a channel such as `nixos-unstable`, a branch or tag of
   * nixpkgs, or a full commit hash.
   */
  readonly channel: string;
  /**
   * Server of channels: `<channelsUrl>/<channel>/git-revision` names a channel's commit.
   * @defaultValue `"https://channels.nixos.org"`
   */
  readonly channelsUrl?: string | undefined;
  /**
   * Server of nixpkgs: `<nixpkgsUrl>/archive/<commit, branch or tag>.tar.gz` is made by
   * `git archive`.
   * @defaultValue `"https://github.com/NixOS/nixpkgs"`
   */
  readonly nixpkgsUrl?: string | undefined;
  /** @defaultValue `createNix()` */
  readonly nix?: Nix | undefined;
}

/**
 * The package set nixpkgs. A tag is a channel, a branch or tag of nixpkgs, or a full commit hash;
 * `latest` is the configured one. `created` is the committer's date, read from the beginning of
 * the commit's tarball.
 *
 * @throws PackageSourceError `ERR_PACKAGE_SOURCE_INVALID_OPTION` for an invalid channel
 */
export function createChannelSource(options: ChannelSourceOptions): PackageSource {
  const nixpkgsUrl = withoutSlash(options.nixpkgsUrl ?? "https://github.com/NixOS/nixpkgs");
  const channelsUrl = withoutSlash(options.channelsUrl ?? "https://channels.nixos.org");
  const { channel } = options;
  if (!isTag(channel)) {
    throw new PackageSourceError("ERR_PACKAGE_SOURCE_INVALID_OPTION", {
      message: `Invalid channel ${quote(channel)}. Use the name of a channel, branch or tag of nixpkgs, or a full commit hash.`,
    });
  }
  const nix = options.nix ?? createNix();
  const server = createNixpkgsServer({ channelsUrl, nixpkgsUrl });

  const find = async (
    name: string,
    known: KnownCommits,
    signal: AbortSignal,
  ): Promise<PinnedCommit | undefined> => {
    const pinned = commitHash(name) ?? (await server.channel(name, signal));
    return known.get(pinned ?? "") ?? (await server.commit(pinned ?? name, signal));
  };
  const pins = createPins({ latest: channel, find, timedOut }, options);

  return {
    name: `nixpkgs ${channel}`,

    async resolve(tag, { signal } = {}) {
      signal?.throwIfAborted();
      if (!isTag(tag)) {
        return undefined;
      }
      const found = await pins.find(tag === "latest" ? channel : tag, signal);
      if (found === undefined && tag === "latest") {
        throw new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", {
          message: `The configured channel ${quote(channel)} exists neither at ${channelsUrl} nor at ${nixpkgsUrl}. Configure another channel.`,
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

    prepare: createPrepare(nix, options, (resolved) => {
      const revision = pinnedRevision(resolved, "nixpkgs");
      return {
        locate: async (_signal, use) => await use({ tarball: server.archiveUrl(revision) }),
        sourceName: `nixpkgs at ${revision.slice(0, 12)}`,
      };
    }),

    async tags({ signal } = {}) {
      signal?.throwIfAborted();
      return tagsOf(["latest", channel]);
    },
  };
}

function timedOut(name: string, seconds: number): PackageSourceError {
  return new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", {
    message: `Looking up ${quote(name)} in nixpkgs timed out after ${seconds} s. Pull again later.`,
  });
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
