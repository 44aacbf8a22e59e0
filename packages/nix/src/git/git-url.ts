import { isAbsolute } from "node:path";
import { PackageSourceError } from "@nixery/package-source";

/** An address of a git repository, taken apart so that its secrets can be kept out of messages. */
export interface GitUrl {
  /** For git: without credentials where they can be passed otherwise. */
  readonly address: string;
  /** For names, logs and image annotations. */
  readonly display: string;
  /** For messages to clients, which must not show a path on this machine. */
  readonly publicName: string;
  /** Whether other machines can use the address. */
  readonly isRemote: boolean;
  /** Value of the header `Authorization`, for http and https. */
  readonly authorization: string | undefined;
  /** Texts that must not appear in messages. */
  readonly secrets: readonly string[];
}

const thisServers = "of this server";

const schemes = new Set(["http:", "https:", "ssh:", "git:", "file:"]);

/**
 * Takes apart `https://`, `http://`, `ssh://`, `git://` and `file://` addresses, `user@host:path`,
 * and absolute paths.
 *
 * @throws PackageSourceError `ERR_PACKAGE_SOURCE_INVALID_OPTION` for anything else: some of git's
 * other forms run programs
 */
export function parseGitUrl(text: string): GitUrl {
  if (isAbsolute(text)) {
    return plainUrl(text, false);
  }
  if (/^\w[\w.+-]*@[\w.-]+:[^:-][^:]*$/.test(text)) {
    return plainUrl(text, true);
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !schemes.has(url.protocol) || url.hostname.startsWith("-")) {
    throw new PackageSourceError("ERR_PACKAGE_SOURCE_INVALID_OPTION", {
      // Without the address, which may hold credentials.
      message:
        "Invalid address of a git repository. Use an https, http, ssh, git or file URL, user@host:path or an absolute path.",
    });
  }
  return url.protocol.startsWith("http") ? webUrl(url) : sshUrl(url);
}

function plainUrl(text: string, isRemote: boolean): GitUrl {
  return {
    ...{ address: text, display: text, isRemote, authorization: undefined },
    ...(isRemote
      ? { publicName: text, secrets: [] }
      : { publicName: thisServers, secrets: [text] }),
  };
}

/** Credentials travel in a header, which unlike an address is in no list of processes. */
function webUrl(url: URL): GitUrl {
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  const hasCredentials = user !== "" || password !== "";
  const encoded = Buffer.from(`${user}:${password}`).toString("base64");
  const address = new URL(url);
  address.username = "";
  address.password = "";
  const display = new URL(address);
  display.search = "";
  display.hash = "";
  return {
    address: address.href,
    display: display.href,
    publicName: display.href,
    isRemote: true,
    authorization: hasCredentials ? `Basic ${encoded}` : undefined,
    secrets: [user, password, url.username, url.password, url.search, encoded].filter(isSecret),
  };
}

/** An ssh user name is part of the address; ssh reads no password from it. */
function sshUrl(url: URL): GitUrl {
  const isRemote = url.protocol !== "file:";
  const places = isRemote ? [] : [decodeURIComponent(url.pathname), url.pathname];
  const secrets = [decodeURIComponent(url.password), url.password, ...places].filter(isSecret);
  const address = new URL(url);
  address.password = "";
  return {
    address: address.href,
    display: address.href,
    publicName: isRemote ? address.href : thisServers,
    isRemote,
    authorization: undefined,
    secrets,
  };
}

/** A short text such as "x" is not a secret, and concealing it would make messages unreadable. */
function isSecret(text: string): boolean {
  return text.length > 3;
}
