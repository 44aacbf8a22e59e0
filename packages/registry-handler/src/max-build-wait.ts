import { isLimit } from "./delay.ts";

/**
 * How long a request for an image waits for its build, in milliseconds, before it is told to come
 * back; `Infinity` waits for as long as it takes. A function is given the `User-Agent`.
 */
export type Patience = number | ((userAgent: string | undefined) => number);

/** These clients give up on an answer that takes 30 seconds. */
const shortPatience = 25_000;

/**
 * 25 seconds for clients known to give up after 30: containerd from 2.3 on or of unknown version,
 * and Docker from 29 on, which uses it. All others wait for as long as it takes, so that their users
 * need not ask again.
 */
export function defaultPatience(userAgent: string | undefined): number {
  const [, client, version = ""] = /^(containerd|docker)\/v?(.*)/i.exec(userAgent ?? "") ?? [];
  const [, major = 999, minor = 0] = /^(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  const release = Number(major) * 1000 + Number(minor);
  const isShort =
    client !== undefined && release >= (client.toLowerCase() === "docker" ? 29_000 : 2_003);
  return isShort ? shortPatience : Number.POSITIVE_INFINITY;
}

/**
 * Resolves as `work` does, or to `undefined` when that takes longer than `delay` milliseconds.
 * Nothing is aborted: the work goes on for whoever asks next.
 */
export async function waitFor<Result>(
  work: Promise<Result>,
  delay: number,
): Promise<Result | undefined> {
  if (!isLimit(delay)) {
    return work;
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expiry = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, delay), undefined);
  });
  try {
    return await Promise.race([work, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
