import { type Storage, StorageError, abortable } from "@nixery/storage";
import { failing, unavailable } from "../support/outage.ts";
import { changingReads } from "./changing-results.ts";
import { type Fault, notFound, replacing } from "./fault.ts";

/** A backend that becomes `broken` during an outage. */
const faultyOutage = (fault: Pick<Fault, "name" | "foundBy" | "alone" | "broken">): Fault => ({
  ...fault,
  capabilities: ["outage"],
  into: (sound) => sound,
});

/** Backends whose service is unavailable. */
const away = new WeakSet<Storage>();

const refused = (): Error => Object.assign(new Error("connect ECONNREFUSED"), { errno: -111 });

export const outageFaults: readonly Fault[] = [
  ...(
    ["write", "read", "stat", "move", "remove", "create", "replace", "removeVersion"] as const
  ).map((method) =>
    faultyOutage({
      name: `lets an error of its client through a ${method}`,
      broken: (sound) =>
        replacing(unavailable(sound), { [method]: failing(sound.name, refused)[method] }),
      foundBy: `outages reject ${method} with a StorageError, rather than show a missing object`,
      alone: true,
    }),
  ),
  faultyOutage({
    name: "lists nothing during an outage",
    broken: (sound) => replacing(unavailable(sound), { async *list() {} }),
    foundBy: "outages reject list with a StorageError, rather than show a missing object",
    alone: true,
  }),
  faultyOutage({
    name: "treats every failure as a missing object",
    broken: (sound) => replacing(unavailable(sound), { stat: async () => undefined }),
    foundBy: "outages reject stat with a StorageError, rather than show a missing object",
    alone: true,
  }),
  faultyOutage({
    name: "rejects a move with ERR_STORAGE_NOT_FOUND during an outage",
    broken: (sound) =>
      replacing(unavailable(sound), {
        async move(key) {
          throw notFound(sound, key);
        },
      }),
    foundBy: "outages reject move with a StorageError, rather than show a missing object",
    alone: true,
  }),
  faultyOutage({
    name: "has the password of its unavailable service in a message",
    broken: ({ name }) =>
      failing(name, (key) => {
        const message = `https://me:hunter2@example.com does not respond. Try again later.`;
        return new StorageError("ERR_STORAGE_UNAVAILABLE", { backend: name, key, message });
      }),
    foundBy: "outages reject read with a StorageError, rather than show a missing object",
  }),
  {
    name: "ends a body early when its service becomes unavailable",
    capabilities: ["outage"],
    into: (sound) =>
      changingReads(sound, (result, options) => {
        const cut = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
          for await (const chunk of result.body) {
            yield chunk;
            if (away.has(sound)) {
              return;
            }
          }
        };
        return { info: result.info, body: abortable(cut(), options) };
      }),
    broken(sound) {
      away.add(sound);
      return unavailable(sound);
    },
    foundBy: "outages end a body with an error, unless it has all its bytes",
    alone: true,
  },
];
