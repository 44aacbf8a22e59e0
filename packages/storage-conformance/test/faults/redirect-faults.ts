import type { HostBehaviour, RedirectHost } from "../support/redirect-host.ts";
import type { Fault } from "./fault.ts";

/** Defects of backends whose objects `host` hands out. */
export function redirectFaults(host: RedirectHost): readonly Fault[] {
  const behaving = (name: string, behaviour: HostBehaviour, foundBy: string): Fault => ({
    name,
    capabilities: ["redirect"],
    into: (sound) => host.redirecting(sound, behaviour),
    foundBy,
  });
  return [
    {
      name: "has a redirect although it does not declare it",
      into: (sound) => host.redirecting(sound),
      foundBy: "capabilities include redirect when there is a method redirect, and only then",
      alone: true,
    },
    {
      name: "has no redirect although it declares it",
      capabilities: ["redirect"],
      into: (sound) => sound,
      foundBy: "capabilities include redirect when there is a method redirect, and only then",
    },
    behaving("never returns a URL", { gives: false }, "redirects answer GET with the object"),
    behaving(
      "guesses the content type behind a URL",
      { contentType: "text/plain" },
      "redirects answer GET with the object",
    ),
    behaving("ignores ranges behind a URL", { ranges: false }, "redirects answer GET with a range"),
    behaving("returns expired URLs", { expires: new Date(0) }, "redirects expire in the future"),
    behaving(
      "puts a password into its URLs",
      { query: "?password=hunter2" },
      "redirects answer GET with the object",
    ),
    behaving(
      "ignores the signal of a redirect",
      { listens: false },
      "redirects reject when they are aborted",
    ),
    {
      name: "redirects any key",
      capabilities: ["redirect"],
      into(sound) {
        const redirecting = host.redirecting(sound);
        return {
          ...redirecting,
          redirect: async (key, options) =>
            redirecting.redirect?.(
              /^[a-z]+\/[a-z0-9]+$/.test(key) ? key : "blobs/harmless",
              options,
            ),
        };
      },
      foundBy: "keys that are invalid are rejected by redirect",
    },
    {
      name: "removes an object after a redirect",
      capabilities: ["redirect"],
      into(sound) {
        const redirecting = host.redirecting(sound);
        return {
          ...redirecting,
          async redirect(key, options) {
            const given = await redirecting.redirect?.(key, options);
            await sound.remove(key);
            return given;
          },
        };
      },
      foundBy: "redirects leave the object to be read",
    },
  ];
}
