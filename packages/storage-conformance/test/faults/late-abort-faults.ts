import { setImmediate } from "node:timers/promises";
import type { OperationOptions, Storage } from "@nixery/storage";
import { type Fault, replacing } from "./fault.ts";

/** What goes wrong with an abort that comes when an operation is under way or over. */
export const lateAbortFaults: readonly Fault[] = [
  {
    name: "removes an object whose writer is aborted later",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          const info = await sound.write(key, source, options);
          options.signal?.addEventListener("abort", () => {
            void sound.remove(key);
          });
          return info;
        },
        async move(from, to, options) {
          await sound.move(from, to, options);
          options?.signal?.addEventListener("abort", () => {
            void sound.remove(to);
          });
        },
      }),
    foundBy: "aborts after the end change nothing",
  },
  {
    name: "removes after an abort what is visible already",
    into: (sound) =>
      replacing(sound, {
        async write(key, source, options) {
          const info = await sound.write(key, source, options);
          await setImmediate();
          if (options.signal?.aborted === true) {
            await sound.remove(key);
            throw options.signal.reason;
          }
          return info;
        },
      }),
    foundBy: "aborts after the last byte of a write leave the old object or the new one, whole",
    alone: true,
  },
  {
    name: "loses the object of an aborted move",
    into: (sound) =>
      replacing(sound, {
        async move(from, to, options) {
          await losingWhenAborted(sound, from, options);
          await sound.move(from, to, options);
        },
      }),
    foundBy: "aborts right after the call of a move leave all or nothing of it",
    alone: true,
  },
  {
    name: "keeps the object when a remove resolves despite an abort",
    into: (sound) =>
      replacing(sound, {
        async remove(key, options) {
          options?.signal?.throwIfAborted();
          await Promise.resolve();
          if (options?.signal?.aborted !== true) {
            await sound.remove(key, options);
          }
        },
      }),
    foundBy: "aborts right after the call of a remove leave all or nothing of it",
    alone: true,
  },
];

async function losingWhenAborted(
  sound: Storage,
  key: string,
  options: OperationOptions | undefined,
): Promise<void> {
  options?.signal?.throwIfAborted();
  await Promise.resolve();
  if (options?.signal?.aborted === true) {
    await sound.remove(key);
    throw options.signal.reason;
  }
}
