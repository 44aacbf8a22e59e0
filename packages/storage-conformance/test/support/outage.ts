import { type Storage, StorageError } from "@nixery/storage";

/** A backend whose service can go away. */
export interface Breakable {
  readonly storage: Storage;
  breakDown(this: void): Promise<void>;
}

/** `sound` until it breaks down, and then what `broken` gives. */
export function breakable(
  sound: Storage,
  broken: () => Storage = () => unavailable(sound),
): Breakable {
  let current = sound;
  return {
    storage: {
      name: sound.name,
      write: async (...args) => current.write(...args),
      read: async (...args) => current.read(...args),
      stat: async (...args) => current.stat(...args),
      move: async (...args) => current.move(...args),
      remove: async (...args) => current.remove(...args),
      list: (...args) => current.list(...args),
      create: async (...args) => current.create?.(...args),
      replace: async (...args) => current.replace?.(...args),
      removeVersion: async (...args) => current.removeVersion?.(...args) ?? false,
    },
    async breakDown() {
      current = broken();
    },
  };
}

/** A backend that has lost its service and says so. */
export function unavailable({ name }: Storage): Storage {
  return failing(name, (key) => {
    const message = `${name} does not respond. Try again later.`;
    return new StorageError("ERR_STORAGE_UNAVAILABLE", { backend: name, key, message });
  });
}

/** A backend whose every method fails. */
export function failing(name: string, errorFor: (key: string) => Error): Storage {
  const fail = async (key: string): Promise<never> => {
    throw errorFor(key);
  };
  return {
    name,
    write: fail,
    read: fail,
    stat: fail,
    move: fail,
    remove: fail,
    create: fail,
    replace: fail,
    removeVersion: fail,
    list: (prefix) => ({ [Symbol.asyncIterator]: () => ({ next: async () => fail(prefix) }) }),
  };
}
