import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isStorageError, type Storage, type StorageErrorCode, storeHashed } from "@nixery/storage";
import { collect, pieces } from "./bytes.ts";
import { type FaultProxy, type SeenRequest, startFaultProxy } from "./fault-proxy.ts";

/** Whether a request is one of a kind. */
export type When = (request: SeenRequest) => boolean;

/** A backend and the server that it talks to. */
export interface FaultTarget {
  readonly url: URL;
  createBucket(name: string): Promise<unknown>;
  /** The backend on a bucket, at the server's address or a proxy's. */
  open(bucket: string, endpoint: URL, idleTimeout: number): Storage;
  /** Names of uploads that were begun in a bucket and neither finished nor cancelled. */
  unfinished(bucket: string, requests: readonly SeenRequest[]): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface FaultTestOptions {
  readonly start: () => Promise<FaultTarget>;
  /** In bytes: the parts in which the backend uploads a large object. */
  readonly partSize: number;
  readonly is: {
    /** Carries the bytes of a small object. */
    readonly upload: When;
    /** Begins the upload of a large object. */
    readonly begin: When;
    /** Carries the second part of a large object. */
    readonly secondPart: When;
    /** Ends the upload of a large object, and makes it visible. */
    readonly end: When;
    readonly download: When;
    readonly copy: When;
  };
  readonly answers: {
    /** What the service says to credentials that have expired. */
    readonly expired: readonly { readonly status: number; readonly body: string }[];
    readonly full: { readonly status: number; readonly body: string };
  };
}

const contentType = "application/test";
const key = "layers/a";
const there = "layers/there";
const small = randomBytes(10_000);
const always = 1000;
const isAny: When = () => true;
const isDelete: When = ({ method }) => method === "DELETE";

/** Tries a backend against what goes wrong between it and its service. */
export function testFaults({ start, partSize, is, answers }: FaultTestOptions): void {
  /** Three full parts and a rest. */
  const large = randomBytes(3 * partSize + 5000);
  const operations: Readonly<Record<string, (storage: Storage) => Promise<unknown>>> = {
    "write of a small object": (to) => to.write(key, pieces(small), { contentType }),
    "write of a large object": (to) => to.write(key, pieces(large), { contentType }),
    read: async (from) => collect((await from.read(there))?.body ?? pieces(small)),
    stat: (of) => of.stat(there),
    move: (of) => of.move(there, key),
    remove: (from) => from.remove(there),
    list: keysOf,
  };
  let target: FaultTarget;
  let proxy: FaultProxy;
  /** Through the proxy, and past it. */
  let storage: Storage;
  let direct: Storage;
  let bucket = "faults-0";
  let buckets = 0;

  beforeAll(async () => {
    target = await start();
  });
  afterAll(() => target.stop());
  beforeEach(async () => {
    proxy = await startFaultProxy(target.url);
    buckets += 1;
    bucket = `faults-${buckets}`;
    await target.createBucket(bucket);
    direct = target.open(bucket, target.url, 30_000);
    storage = target.open(bucket, proxy.url, 300);
    await direct.write(there, pieces(small), { contentType });
    return async () => {
      // Whatever happened, nothing is under way any more.
      await proxy.idle();
      await proxy.stop();
    };
  });

  const writeSmall = (): Promise<unknown> => storage.write(key, pieces(small), { contentType });
  const writeLarge = (): Promise<unknown> => storage.write(key, pieces(large), { contentType });
  const readAll = async (): Promise<string> => {
    const read = await storage.read(key);
    return digestOf(await collect(read?.body ?? pieces(small)));
  };
  /** What a failed operation tells, when it tells no secret. */
  const failureOf = async (running: Promise<unknown> = Promise.resolve()): Promise<unknown> => {
    const error: unknown = await running.then(
      () => "it succeeded",
      (reason: unknown) => reason,
    );
    if (!isStorageError(error) || /upload_?id|-secret|signature=|http:/i.test(error.message)) {
      return error;
    }
    const { code, backend, key: of, message } = error;
    // Named once: an error of an error would not be a sentence.
    return message.lastIndexOf(storage.name) === 0 ? { code, backend, key: of } : error;
  };
  const failure = (code: StorageErrorCode, of: string | undefined): unknown => ({
    code,
    backend: storage.name,
    key: of,
  });
  /** What is in the bucket, visible or not. */
  const left = async (): Promise<unknown> => ({
    keys: await keysOf(direct),
    unfinished: await target.unfinished(bucket, proxy.requests),
  });
  const untouched = { keys: [there], unfinished: [] };
  const objectOf = async (of: string): Promise<unknown> => {
    const read = await direct.read(of);
    return read && { ...read.info, digest: digestOf(await collect(read.body)) };
  };

  describe("the service answers 503", () => {
    test.each(Object.keys(operations))("once, tries a %s again", async (name) => {
      proxy.inject({ kind: "answer", status: 503, when: isAny });
      await operations[name]?.(storage);
      expect(proxy.pending).toBe(0);
    });

    test.each([
      ["write of a small object", key],
      ["write of a large object", key],
      ["read", there],
      ["stat", there],
      ["move", there],
      ["remove", there],
      ["list", undefined],
    ])("always, says so of a %s", async (name, of) => {
      proxy.inject({ kind: "answer", status: 503, when: isAny, times: always });
      const running = operations[name]?.(storage);
      expect(await failureOf(running)).toEqual(failure("ERR_STORAGE_UNAVAILABLE", of));
      expect(await left()).toEqual(untouched);
    });

    test("in the middle of an upload, sends the part again", async () => {
      proxy.inject({ kind: "answer", status: 503, when: is.secondPart, times: 2 });
      await writeLarge();
      expect(await objectOf(key)).toEqual(objectIs(large));
    });

    test("from the middle of an upload on, cancels it", async () => {
      proxy.inject({ kind: "answer", status: 503, when: is.secondPart, times: always });
      expect(await failureOf(writeLarge())).toEqual(failure("ERR_STORAGE_UNAVAILABLE", key));
      expect(await left()).toEqual(untouched);
    });

    test("at the end of an upload, cancels it", async () => {
      proxy.inject({ kind: "answer", status: 503, when: is.end, times: always });
      expect(await failureOf(writeLarge())).toEqual(failure("ERR_STORAGE_UNAVAILABLE", key));
      expect(await left()).toEqual(untouched);
    });
  });

  describe("the credentials have expired", () => {
    test.each(answers.expired)("with $status, says so at once", async ({ status, body }) => {
      for (const run of Object.values(operations)) {
        const before = proxy.requests.length;
        proxy.inject({ kind: "answer", status, body, when: isAny });
        await expect(run(storage)).rejects.toMatchObject({ code: "ERR_STORAGE_DENIED" });
        expect(proxy.requests.length - before).toBe(1);
      }
      expect(await left()).toEqual(untouched);
    });

    test.each(answers.expired)(
      "with $status in the middle of an upload, cancels it",
      async ({ status, body }) => {
        proxy.inject({ kind: "answer", status, body, when: is.secondPart });
        expect(await failureOf(writeLarge())).toEqual(failure("ERR_STORAGE_DENIED", key));
        expect(await left()).toEqual(untouched);
      },
    );
  });

  describe.each(["cut", "stall"] as const)("the connection suffers a %s", (kind) => {
    test("half-way through a small upload, sends it again", async () => {
      proxy.inject({ kind, body: "upload", at: 5000, when: is.upload });
      await writeSmall();
      expect(proxy.pending).toBe(0);
      expect(await objectOf(key)).toEqual(objectIs(small));
    });

    test("half-way through a part, sends the part again", async () => {
      proxy.inject({ kind, body: "upload", at: 100_000, when: is.secondPart, times: 2 });
      await writeLarge();
      expect(proxy.pending).toBe(0);
      expect(await objectOf(key)).toEqual(objectIs(large));
    });

    test("in every upload, leaves nothing", async () => {
      proxy.inject({ kind, body: "upload", at: 5000, when: is.upload, times: always });
      expect(await failureOf(writeSmall())).toEqual(failure("ERR_STORAGE_UNAVAILABLE", key));
      expect(await left()).toEqual(untouched);
    });

    test("in every part, leaves nothing, not even staged", async () => {
      proxy.inject({ kind, body: "upload", at: 100_000, when: is.secondPart, times: always });
      await expect(storeHashed(storage, pieces(large), { contentType })).rejects.toMatchObject({
        code: "ERR_STORAGE_UNAVAILABLE",
      });
      expect(await left()).toEqual(untouched);
    });

    test("half-way through a download, goes on from there", async () => {
      await direct.write(key, pieces(large), { contentType });
      for (const at of [100_000, 200_000, 300_000]) {
        proxy.inject({ kind, body: "download", at, when: is.download });
      }
      expect(await readAll()).toBe(digestOf(large));
      expect(proxy.pending).toBe(0);
    });

    test("half-way through a range, goes on from there", async () => {
      await direct.write(key, pieces(large), { contentType });
      proxy.inject({ kind, body: "download", at: 100_000, when: is.download });
      const read = await storage.read(key, { range: { start: 1000, end: 400_000 } });
      const bytes = await collect(read?.body ?? pieces(small));
      expect(bytes.equals(large.subarray(1000, 400_001))).toBe(true);
      expect(proxy.pending).toBe(0);
    });

    test("in every download, says so", async () => {
      proxy.inject({ kind, body: "download", at: 0, when: is.download, times: always });
      const running = operations["read"]?.(storage);
      expect(await failureOf(running)).toEqual(failure("ERR_STORAGE_UNAVAILABLE", there));
    });
  });

  describe("an answer is lost", () => {
    test.each([
      ["to a small upload", small, is.upload],
      ["to the begin of a large one", large, is.begin],
      ["to the end of a large one", large, is.end],
    ] as const)("%s, has the object once", async (_, bytes, when) => {
      proxy.inject({ kind: "lose-answer", when });
      const stored = await storeHashed(storage, pieces(bytes), { contentType });
      expect(stored.size).toBe(bytes.byteLength);
      expect(proxy.pending).toBe(0);
      expect(await objectOf(stored.key)).toEqual({ ...objectIs(bytes), key: stored.key });
      expect(await left()).toEqual({ keys: [stored.key, there], unfinished: [] });
    });

    test.each([
      ["copy", is.copy],
      ["removal", isDelete],
    ] as const)("to the %s of a move, moves once", async (_, when) => {
      proxy.inject({ kind: "lose-answer", when });
      await storage.move(there, key);
      expect(proxy.pending).toBe(0);
      expect(await objectOf(key)).toEqual(objectIs(small));
      expect(await left()).toEqual({ keys: [key], unfinished: [] });
    });
  });

  describe("bytes change on the way", () => {
    test.each([
      ["a small object", small, is.upload],
      ["a large object", large, is.secondPart],
    ] as const)("of %s, does not keep them", async (_, bytes, when) => {
      proxy.inject({ kind: "corrupt", body: "upload", at: 6000, when });
      const running = storage.write(key, pieces(bytes), { contentType });
      expect(await failureOf(running)).toEqual(failure("ERR_STORAGE_CORRUPT", key));
      expect(await left()).toEqual(untouched);
    });

    test("to a new object, keeps the old one", async () => {
      await direct.write(key, pieces(small), { contentType });
      proxy.inject({ kind: "corrupt", body: "upload", at: 6000, when: is.upload });
      const running = storage.write(key, pieces(small.toReversed()), { contentType });
      expect(await failureOf(running)).toEqual(failure("ERR_STORAGE_CORRUPT", key));
      expect(await objectOf(key)).toEqual(objectIs(small));
    });

    test("of a download, says so at its end", async () => {
      proxy.inject({ kind: "corrupt", body: "download", at: 5000, when: is.download });
      const running = operations["read"]?.(storage);
      expect(await failureOf(running)).toEqual(failure("ERR_STORAGE_CORRUPT", there));
    });
  });

  describe("the service", () => {
    test("is somebody else, says so", async () => {
      proxy.inject({ kind: "answer", status: 502, body: "<p>Log in", when: isAny, times: always });
      expect(await failureOf(storage.stat(key))).toEqual(failure("ERR_STORAGE_UNAVAILABLE", key));
    });

    test("has no space left, says so", async () => {
      proxy.inject({ kind: "answer", ...answers.full, when: is.upload });
      expect(await failureOf(writeSmall())).toEqual(failure("ERR_STORAGE_FULL", key));
    });
  });

  describe("the caller leaves while nothing moves,", () => {
    test.each([
      ["a small upload", "write of a small object", is.upload],
      ["the begin of an upload", "write of a large object", is.begin],
      ["a part", "write of a large object", is.secondPart],
      ["the end of an upload", "write of a large object", is.end],
      ["a download", "read", is.download],
      ["a look-up", "stat", isAny],
      ["a copy", "move", is.copy],
      ["a removal", "remove", isDelete],
      ["a listing", "list", isAny],
    ] as const)("%s ends at once and closes its connection", async (_, name, when) => {
      const { signal, abort } = abortable();
      const reason = new Error("the caller has gone");
      proxy.inject({ kind: "hold", when });
      const held = proxy.next(when);
      const patient = target.open(bucket, proxy.url, 60_000);
      const running = operations[name]?.(withSignal(patient, signal));
      await held;
      abort(reason);
      await expect(running).rejects.toBe(reason);
      expect(await left()).toEqual(untouched);
    });

    test("a body half-read ends at once and closes its connection", async () => {
      await direct.write(key, pieces(large), { contentType });
      const { signal, abort } = abortable();
      const reason = new Error("the caller has gone");
      proxy.inject({ kind: "stall", body: "download", at: 100_000, when: is.download });
      const read = await target.open(bucket, proxy.url, 60_000).read(key, { signal });
      const reading = collect(read?.body ?? pieces(small));
      abort(reason);
      await expect(reading).rejects.toBe(reason);
    });
  });
}

function abortable(): { signal: AbortSignal; abort: (reason: Error) => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
}

/** What {@link testFaults} sees of an object of `bytes` under `key`. */
function objectIs(bytes: Uint8Array): object {
  return { key, size: bytes.byteLength, contentType, digest: digestOf(bytes) };
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = [];
  for await (const info of storage.list("")) {
    keys.push(info.key);
  }
  return keys;
}

/** `storage` with `signal` in every call. */
function withSignal(storage: Storage, signal: AbortSignal): Storage {
  return {
    name: storage.name,
    write: (to, source, options) => storage.write(to, source, { ...options, signal }),
    read: (from, options) => storage.read(from, { ...options, signal }),
    stat: (of) => storage.stat(of, { signal }),
    move: (from, to) => storage.move(from, to, { signal }),
    remove: (from) => storage.remove(from, { signal }),
    list: (prefix) => storage.list(prefix, { signal }),
  };
}
