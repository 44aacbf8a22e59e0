import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { PopcountError } from "./popcount-error.ts";

/**
 * The URL of something that is named by an http, https or file URL or by a file path. Relative
 * paths start at the current directory.
 *
 * @throws PopcountError `ERR_POPCOUNT_USAGE` for another kind of URL.
 */
export function parseLocation(location: string | URL): URL {
  const text = String(location);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return pathToFileURL(resolve(text));
  }
  const url = URL.parse(text);
  if (url === null || !["http:", "https:", "file:"].includes(url.protocol)) {
    throw new PopcountError(
      "ERR_POPCOUNT_USAGE",
      `"${url === null ? text : describeUrl(url)}" is not an http, https or file URL; give one, or the path of a file`,
    );
  }
  return url;
}

/** A URL for messages: without user, password and query, any of which may be a secret. */
export function describeUrl(url: URL): string {
  return url.protocol === "file:" ? url.pathname : `${url.origin}${url.pathname}`;
}

/** The URL of a file below another URL, whether or not that ends with a slash. */
export function below(base: URL, file: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${file}`;
  return url;
}
