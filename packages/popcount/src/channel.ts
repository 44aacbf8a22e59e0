import { below, describeUrl, parseLocation } from "./location.ts";
import { PopcountError } from "./popcount-error.ts";
import { createReader, readText, type ReaderOptions } from "./reader.ts";

/** A channel as it is now. */
export interface Channel {
  /** Last part of its URL, such as `nixos-unstable`. */
  readonly name: string;
  /** The commit of nixpkgs that it was made from, 40 hexadecimal digits. */
  readonly revision: string;
  /** The list of its store paths, of that very revision. */
  readonly storePaths: URL;
}

/** How to look a channel up. */
export interface ResolveChannelOptions extends ReaderOptions {
  /** Ends it; the promise then rejects with the reason. */
  readonly signal?: AbortSignal | undefined;
}

const channels = "https://channels.nixos.org";
const file = "git-revision";

/**
 * Looks up what a channel stands for at the moment. A channel's URL redirects to a release, which
 * is what the list is then read from: both stay together while the channel moves on.
 *
 * @param channel Name of a NixOS channel, or the URL or directory of any.
 * @throws PopcountError
 */
export async function resolveChannel(
  channel: string | URL,
  options: ResolveChannelOptions = {},
): Promise<Channel> {
  const text = String(channel);
  const base = /^[a-z0-9][\w.-]*$/i.test(text)
    ? new URL(`${channels}/${text}`)
    : parseLocation(text);
  const signal = options.signal ?? new AbortController().signal;
  const found = await createReader(options).open(
    below(base, file),
    async (body) => ({ url: body.url, revision: (await readText(body, 1024)).trim() }),
    { signal },
  );
  if (found === undefined) {
    throw new PopcountError(
      "ERR_POPCOUNT_NOT_FOUND",
      `there is no channel at ${describeUrl(base)}; check its name`,
    );
  }
  if (!/^[0-9a-f]{40}$/.test(found.revision)) {
    throw new PopcountError(
      "ERR_POPCOUNT_INVALID_LIST",
      `${describeUrl(found.url)} does not hold a commit; check the channel's name`,
    );
  }
  return {
    name: base.pathname.split("/").findLast((part) => part !== "") ?? "channel",
    revision: found.revision,
    storePaths: sibling(found.url, base),
  };
}

function sibling(revisionFile: URL, base: URL): URL {
  return revisionFile.pathname.endsWith(`/${file}`)
    ? new URL("store-paths.xz", revisionFile)
    : below(base, "store-paths.xz");
}
