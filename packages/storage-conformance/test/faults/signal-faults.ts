import type { OperationOptions } from "@nixery/storage";
import { type Fault, replacing } from "./fault.ts";

/** Options without their signal. */
function deaf<T extends OperationOptions>(options: T | undefined): T | undefined {
  return options && { ...options, signal: undefined };
}

/** Backends that do not pass a signal on. */
export const signalFaults: readonly Fault[] = [
  {
    name: "ignores the signal of a write",
    into: (sound) =>
      replacing(sound, {
        write: async (key, source, options) =>
          sound.write(key, source, { ...options, signal: undefined }),
      }),
    foundBy: "aborts end a write and leave the old object",
  },
  {
    name: "ignores the signal of a read",
    into: (sound) =>
      replacing(sound, { read: async (key, options) => sound.read(key, deaf(options)) }),
    foundBy: "aborts before a read prevent it",
  },
  {
    name: "ignores the signal of a body",
    into: (sound) =>
      replacing(sound, {
        async read(key, options) {
          options?.signal?.throwIfAborted();
          return sound.read(key, deaf(options));
        },
      }),
    foundBy: "aborts end a body that is being read",
  },
  {
    name: "ignores the signal of a stat",
    into: (sound) =>
      replacing(sound, { stat: async (key, options) => sound.stat(key, deaf(options)) }),
    foundBy: "aborts before a stat prevent it",
    alone: true,
  },
  {
    name: "ignores the signal of a move",
    into: (sound) =>
      replacing(sound, { move: async (from, to, options) => sound.move(from, to, deaf(options)) }),
    foundBy: "aborts before a move prevent it",
    alone: true,
  },
  {
    name: "ignores the signal of a remove",
    into: (sound) =>
      replacing(sound, { remove: async (key, options) => sound.remove(key, deaf(options)) }),
    foundBy: "aborts before a remove prevent it",
    alone: true,
  },
  {
    name: "ignores the signal of a list",
    into: (sound) =>
      replacing(sound, { list: (prefix, options) => sound.list(prefix, deaf(options)) }),
    foundBy: "aborts before a list prevent it",
  },
  {
    name: "ignores the signal of a create",
    into: (sound) =>
      replacing(sound, {
        create: async (key, source, options) =>
          sound.create?.(key, source, { ...options, signal: undefined }),
      }),
    foundBy: "aborts before a create prevent it",
  },
  {
    name: "ignores the signal of a replace",
    into: (sound) =>
      replacing(sound, {
        replace: async (key, version, source, options) =>
          sound.replace?.(key, version, source, { ...options, signal: undefined }),
      }),
    foundBy: "aborts before a replace prevent it",
  },
  {
    name: "ignores the signal of a removeVersion",
    into: (sound) =>
      replacing(sound, {
        removeVersion: async (key, version, options) =>
          sound.removeVersion?.(key, version, deaf(options)) ?? false,
      }),
    foundBy: "aborts before a removeVersion prevent it",
    alone: true,
  },
];
