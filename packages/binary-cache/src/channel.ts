import { BinaryCacheError } from "./binary-cache-error.ts";
import { below, describeUrl, parseLocation } from "./location.ts";
import { readText } from "./open-body.ts";
import { createReader, type ReaderOptions } from "./reader.ts";

/** A channel as it is now. */
export interface Channel {
  /** Last part of its URL, such as `nixos-unstable`. */
  readonly name: string;
  /** The commit of nixpkgs that it was made from, 40 hexadecimal digits. */
  readonly revision: string;
  /** The list of the store paths of that revision. */
  readonly storePaths: URL;
}

export interface ResolveChannelOptions extends ReaderOptions {
  /** Aborts the look-up; the promise then rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

const channels = "https://channels.nixos.org";
const revisionFile = "git-revision";
const listFile = "store-paths.xz";

/**
 * Looks up the current release of a channel. The URL of a channel redirects to its release, and the
 * list is taken from there, so that list and revision stay together when the channel advances.
 *
 * @param channel - name of a NixOS channel, or the URL or directory of any channel
 * @throws BinaryCacheError
 */
export async function resolveChannel(
  channel: string | URL,
  options: ResolveChannelOptions = {},
): Promise<Channel> {
  const text = String(channel);
  const base = /^[a-z0-9][\w.-]*$/i.test(text)
    ? new URL(`${channels}/${text}`)
    : parseLocation(text);
  const found = await createReader(options).open(
    below(base, revisionFile),
    async (body) => ({ url: body.url, revision: (await readText(body, 1024)).trim() }),
    options,
  );
  if (found === undefined || !/^[0-9a-f]{40}$/.test(found.revision)) {
    const reason = found === undefined ? "does not exist" : "does not contain a commit";
    throw new BinaryCacheError("ERR_BINARY_CACHE_NOT_FOUND", {
      message: `No channel at "${describeUrl(base)}": its file ${revisionFile} ${reason}. Check the name of the channel.`,
    });
  }
  return {
    name: base.pathname.split("/").findLast((part) => part !== "") ?? "channel",
    revision: found.revision,
    storePaths: found.url.pathname.endsWith(`/${revisionFile}`)
      ? new URL(listFile, found.url)
      : below(base, listFile),
  };
}
