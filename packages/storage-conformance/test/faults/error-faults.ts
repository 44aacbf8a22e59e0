import { isStorageError, type Storage, StorageError } from "@nixery/storage";
import { type Fault, replacing } from "./fault.ts";

/** A backend whose errors are changed by `change`. */
function changingErrors(sound: Storage, change: (error: StorageError) => unknown): Storage {
  const changing = async <T>(operation: Promise<T>): Promise<T> => {
    try {
      return await operation;
    } catch (error) {
      throw isStorageError(error) ? change(error) : error;
    }
  };
  return replacing(sound, {
    write: async (...args) => changing(sound.write(...args)),
    read: async (...args) => changing(sound.read(...args)),
    stat: async (...args) => changing(sound.stat(...args)),
    move: async (...args) => changing(sound.move(...args)),
    remove: async (...args) => changing(sound.remove(...args)),
  });
}

/** Defects of errors and names. */
export const errorFaults: readonly Fault[] = [
  {
    name: "rejects with plain errors",
    into: (sound) => changingErrors(sound, (error) => new Error(error.message)),
    foundBy: "moves of a missing object are ERR_STORAGE_NOT_FOUND and change nothing",
  },
  {
    name: "does not name the key in its errors",
    into: (sound) =>
      changingErrors(
        sound,
        ({ code, backend, message }) => new StorageError(code, { backend, message }),
      ),
    foundBy: "keys that are invalid are rejected by read",
  },
  {
    name: "does not name itself in its errors",
    into: (sound) =>
      changingErrors(
        sound,
        ({ code, key, message }) => new StorageError(code, { backend: "", key, message }),
      ),
    foundBy: "keys that are invalid are rejected by read",
  },
  {
    name: "puts a stack trace into its messages",
    into: (sound) =>
      changingErrors(
        sound,
        ({ code, backend, key, stack }) =>
          new StorageError(code, { backend, key, message: `${stack}` }),
      ),
    foundBy: "keys that are invalid are rejected by read",
  },
  {
    name: "puts a password into its messages",
    into: (sound) =>
      changingErrors(
        sound,
        ({ code, backend, key, message }) =>
          new StorageError(code, { backend, key, message: `${message} (hunter2)` }),
      ),
    foundBy: "keys that are invalid are rejected by read",
  },
  {
    name: "has a password in its name",
    into: (sound) => replacing(sound, { name: "memory://me:hunter2@here" }),
    foundBy: "name is one line and contains no secret",
  },
];
