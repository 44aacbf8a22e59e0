import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Storage } from "@nixery/storage";
import { pieces } from "../bytes.ts";
import { type FaultProxy, startFaultProxy } from "../fault-proxy.ts";
import type { SeenRequest } from "../fault-relay.ts";
import {
  contentType,
  keysOf,
  objectOf,
  type OperationName,
  run,
  small,
  there,
} from "./operations.ts";

/** Whether a request is one of a kind. */
export type When = (request: SeenRequest) => boolean;

/** A backend and its server. */
export interface FaultTarget {
  readonly url: URL;
  createBucket(name: string): Promise<unknown>;
  /** The backend on a bucket, at the server's address or a proxy's. */
  open(bucket: string, endpoint: URL, idleTimeout: number): Storage;
  /** Names of uploads in a bucket that were neither finished nor cancelled. */
  unfinished(bucket: string, requests: readonly SeenRequest[]): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface FaultTestOptions {
  start(this: void): Promise<FaultTarget>;
  /** In bytes: the parts in which the backend uploads a large object. */
  readonly partSize: number;
  readonly is: {
    /** Has the bytes of a small object. */
    readonly upload: When;
    /** Begins the upload of a large object. */
    readonly begin: When;
    /** Has the second part of a large object. */
    readonly secondPart: When;
    /** Completes the upload of a large object, and makes it visible. */
    readonly end: When;
    readonly download: When;
    readonly copy: When;
  };
  readonly responses: {
    /** Responses of the service to expired credentials. */
    readonly expired: readonly { readonly status: number; readonly body: string }[];
    readonly full: { readonly status: number; readonly body: string };
  };
}

export const always = 1000;
export const isAny: When = () => true;
export const isDelete: When = ({ method }) => method === "DELETE";

/** A backend behind a proxy, anew for each test. */
export interface FaultBench {
  readonly is: FaultTestOptions["is"];
  readonly responses: FaultTestOptions["responses"];
  /** Three full parts and a rest. */
  readonly large: Buffer;
  proxy(): FaultProxy;
  /** Through the proxy. */
  storage(): Storage;
  /** Past the proxy. */
  direct(): Storage;
  /** Shortens the idle timeout of `storage`, for connections that stall. */
  expectStalls(): void;
  run(name: OperationName): Promise<unknown>;
  /** The content of the bucket, visible or not. */
  left(): Promise<unknown>;
  /** An object of the bucket with the digest of its bytes. */
  objectOf(key: string): Promise<unknown>;
}

/** Starts the server before the tests of a suite, and a proxy before each of them. */
export function useFaultBench(options: FaultTestOptions): FaultBench {
  const { start, partSize, is, responses } = options;
  const large = randomBytes(3 * partSize + 5000);
  let target: FaultTarget;
  let proxy: FaultProxy;
  let storage: Storage;
  let direct: Storage;
  let bucket = "";
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
    storage = target.open(bucket, proxy.url, 30_000);
    await direct.write(there, pieces(small), { contentType });
    return async () => {
      // However the test ended, no request is in progress any more.
      await proxy.idle();
      await proxy.stop();
    };
  });

  return {
    is,
    responses,
    large,
    proxy: () => proxy,
    storage: () => storage,
    direct: () => direct,
    expectStalls() {
      storage = target.open(bucket, proxy.url, 300);
    },
    run: (name) => run(name, storage, large),
    left: async () => ({
      keys: await keysOf(direct),
      unfinished: await target.unfinished(bucket, proxy.requests),
    }),
    objectOf: (of) => objectOf(direct, of),
  };
}
