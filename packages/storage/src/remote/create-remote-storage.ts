import { assertKey } from "../key.ts";
import type { ObjectInfo, Redirect, Storage, WrittenObject } from "../storage.ts";
import { ifConditionHolds } from "./condition.ts";
import { type ObjectReader, readResumably } from "./read-resumably.ts";
import type { Operation } from "./remote-failure.ts";

/** An operation on one object. */
export type ObjectOperation = Operation & { readonly key: string };

/** Bytes to store, and when. */
export interface RemoteWrite<Condition> {
  readonly source: AsyncIterable<Uint8Array>;
  readonly contentType: string;
  /** @defaultValue the write always happens; otherwise it rejects with a `ConditionError` */
  readonly condition?: Condition | undefined;
}

/**
 * The requests of a backend to a service over the network. `Context` has everything that its requests
 * need for one operation on one object.
 */
export interface RemoteService<Context, Condition> {
  /** `name` of the backend. */
  readonly name: string;
  contextOf(operation: ObjectOperation, signal: AbortSignal | undefined): Context;
  write(context: Context, write: RemoteWrite<Condition>): Promise<WrittenObject>;
  /** The condition that there is no object. */
  ifAbsent(): Condition;
  /** The condition that the object has `version`; `undefined` when no object can have it. */
  ifVersion(version: string): Condition | undefined;
  /** Opens the object of `context`, again after a broken connection. */
  readerOf(context: Context): ObjectReader;
  lookUp(context: Context): Promise<ObjectInfo | undefined>;
  move(context: Context, to: string): Promise<void>;
  remove(context: Context): Promise<void>;
  removeVersion(context: Context, version: string): Promise<boolean>;
  list(
    prefix: string,
    operation: Operation,
    signal: AbortSignal | undefined,
  ): AsyncIterable<ObjectInfo>;
  /** @defaultValue the backend has no `redirect` */
  redirect?(context: Context): Promise<Redirect | undefined>;
}

/** The storage contract on a service: checks keys and signals, and names operations for errors. */
export function createRemoteStorage<Context, Condition>(
  service: RemoteService<Context, Condition>,
): Storage {
  const { name } = service;
  const begin = (
    verb: Operation["verb"],
    key: string,
    signal: AbortSignal | undefined,
  ): Context => {
    signal?.throwIfAborted();
    assertKey(key, name);
    return service.contextOf({ backend: name, verb, key }, signal);
  };

  const storage: Storage = {
    name,
    async write(key, source, { contentType, signal }) {
      return await service.write(begin("write", key, signal), { source, contentType });
    },
    async create(key, source, { contentType, signal }) {
      const context = begin("create", key, signal);
      const condition = service.ifAbsent();
      return await ifConditionHolds(service.write(context, { source, contentType, condition }));
    },
    async replace(key, version, source, { contentType, signal }) {
      const context = begin("replace", key, signal);
      const condition = service.ifVersion(version);
      return condition === undefined
        ? undefined
        : await ifConditionHolds(service.write(context, { source, contentType, condition }));
    },
    async read(key, { range, signal } = {}) {
      const context = begin("read", key, signal);
      const lookUp = async (): Promise<ObjectInfo | undefined> => await service.lookUp(context);
      const operation = { backend: name, verb: "read", key } as const;
      return await readResumably(service.readerOf(context), { range, operation, lookUp, signal });
    },
    async stat(key, { signal } = {}) {
      return await service.lookUp(begin("look up", key, signal));
    },
    async move(from, to, { signal } = {}) {
      const context = begin("move", from, signal);
      assertKey(to, name);
      await service.move(context, to);
    },
    async remove(key, { signal } = {}) {
      await service.remove(begin("remove", key, signal));
    },
    async removeVersion(key, version, { signal } = {}) {
      return await service.removeVersion(begin("remove", key, signal), version);
    },
    async *list(prefix, { signal } = {}) {
      signal?.throwIfAborted();
      yield* service.list(prefix, { backend: name, verb: "list" }, signal);
    },
  };
  if (service.redirect === undefined) {
    return storage;
  }
  return {
    ...storage,
    async redirect(key, { signal } = {}) {
      return await service.redirect?.(begin("sign a URL for", key, signal));
    },
  };
}
