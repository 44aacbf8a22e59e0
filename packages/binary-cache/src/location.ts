import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { BinaryCacheError } from "./binary-cache-error.ts";

const protocols = new Set(["http:", "https:", "file:"]);

/**
 * The URL of a location: an http, https or file URL, or a file path. Relative paths start at the
 * current directory.
 *
 * @throws BinaryCacheError `ERR_BINARY_CACHE_INVALID_OPTION` for another kind of URL.
 */
export function parseLocation(location: string | URL): URL {
  const text = String(location);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return pathToFileURL(resolve(text));
  }
  const url = URL.parse(text);
  if (url === null || !protocols.has(url.protocol)) {
    throw new BinaryCacheError("ERR_BINARY_CACHE_INVALID_OPTION", {
      message: `Invalid location "${url === null ? text : describeUrl(url)}". Use an http, https or file URL, or a path.`,
    });
  }
  return url;
}

/** A URL for messages: without user, password and query, which may be secret. */
export function describeUrl(url: URL): string {
  return url.protocol === "file:" ? url.pathname : `${url.protocol}//${url.host}${url.pathname}`;
}

/** The URL of a file below another URL, with or without a slash at its end; keeps the query. */
export function below(base: URL, file: string): URL {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${file}`;
  return url;
}
