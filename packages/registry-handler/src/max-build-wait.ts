/**
 * How long a request for an image waits for its build, in milliseconds, before the response is
 * 503; `Infinity` waits for as long as the build takes. A function is called with the `User-Agent`.
 */
export type MaxBuildWait = number | ((userAgent: string | undefined) => number);

/** Some clients close the connection after 30 seconds without a response. */
const shortWait = 25_000;

/**
 * 25 seconds for clients known to time out after 30: containerd from 2.3 on or of unknown version,
 * and Docker from 29 on, which uses it. `Infinity` for all others, so that their users need not pull
 * again.
 */
export function defaultMaxBuildWait(userAgent: string | undefined): number {
  const [, client, version = ""] = /^(containerd|docker)\/v?(.*)/i.exec(userAgent ?? "") ?? [];
  const [, major = 999, minor = 0] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  const release = Number(major) * 1000 + Number(minor);
  const isShort =
    client !== undefined && release >= (client.toLowerCase() === "docker" ? 29_000 : 2_003);
  return isShort ? shortWait : Number.POSITIVE_INFINITY;
}
