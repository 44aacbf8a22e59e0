import {
  createImageConfig,
  createManifest,
  type Descriptor,
  type Digest,
  type Encoded,
  ociMediaTypes,
  sha256Digest,
} from "@nixery/manifest";
import {
  createRegistryHandler,
  type ImageRequest,
  type ImageResult,
  type ImageSource,
  type RegistryEvent,
  type RegistryHandler,
  type RegistryHandlerOptions,
} from "@nixery/registry-handler";
import { blobKey } from "@nixery/content";
import { type Storage, StorageError, type StorageErrorCode } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";

/** What no client may ever see. */
export const secret = "token=hunter2 at /var/lib/nixery";

export const digestOf = (text: string): Digest => sha256Digest(new TextEncoder().encode(text));
export const keyOf = blobKey;

/** Digests under which the storage misbehaves. */
export const faults = {
  /** Ends with an error after half of its bytes. */
  cut: digestOf("cut"),
  /** Ends without an error after half of its bytes. */
  short: digestOf("short"),
  /** Is longer than it says. */
  long: digestOf("long"),
  /** Gives one chunk and then waits for its signal. */
  stalled: digestOf("stalled"),
  /** 64 MiB, made while they are read. */
  huge: digestOf("huge"),
  /** The backend does not answer. */
  unavailable: digestOf("unavailable"),
  /** The backend refuses the credentials. */
  denied: digestOf("denied"),
  /** The backend has no space left. */
  full: digestOf("full"),
  /** The backend has other bytes than it was given. */
  corrupt: digestOf("corrupt"),
  /** The backend does not find what it was to move. */
  cleared: digestOf("cleared"),
} as const;

export const hugeSize = 64 * 1024 * 1024;
const chunkSize = 64 * 1024;

export interface Fixture {
  readonly handler: RegistryHandler;
  readonly storage: Storage;
  readonly events: RegistryEvent[];
  readonly requests: ImageRequest[];
  readonly layer: Uint8Array;
  readonly layerDigest: Digest;
  readonly oci: Encoded;
  readonly docker: Encoded;
  /** Chunks of `faults.huge` that were read so far. */
  hugeChunks(): number;
  /** Resolves when a read of `faults.huge` ends, wherever it was. */
  readonly hugeEnded: Promise<void>;
  /** Resolves when a read of `faults.stalled` is aborted. */
  readonly stallEnded: Promise<unknown>;
  /** Resolves when `waiting` is asked for. */
  readonly waitBegan: Promise<void>;
  /** Resolves when a request for `waiting` is aborted. */
  readonly waitEnded: Promise<unknown>;
}

/** A registry of a few images, some of which cannot be had, over a storage with a few faults. */
export async function createFixture(
  options: Partial<RegistryHandlerOptions> = {},
): Promise<Fixture> {
  const layer = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) >> 3);
  const layerDigest = sha256Digest(layer);
  const config = createImageConfig({
    platform: { os: "linux", architecture: "amd64" },
    layers: [{ diffId: digestOf("tar") }],
  });
  const layers: readonly Descriptor[] = [
    { mediaType: ociMediaTypes.layer.gzip, digest: layerDigest, size: layer.length },
  ];
  const oci = createManifest({ config: config.descriptor, layers });
  const docker = createManifest({ format: "docker", config: config.descriptor, layers });
  const memory = createMemoryStorage();
  await put(memory, { bytes: layer, descriptor: layers[0] ?? config.descriptor });
  for (const encoded of [config, oci, docker]) {
    await put(memory, encoded);
  }
  const stall = Promise.withResolvers<unknown>();
  const huge = Promise.withResolvers<void>();
  let chunks = 0;
  const storage = withFaults(memory, {
    onChunk: () => (chunks += 1),
    onHugeEnded: huge.resolve,
    onStallEnded: stall.resolve,
  });
  const waiting = { began: Promise.withResolvers<void>(), ended: Promise.withResolvers<unknown>() };
  const requests: ImageRequest[] = [];
  const answers: Readonly<Record<string, ImageResult>> = {
    nosuch: {
      kind: "unknown",
      message: "There is no package nosuch.",
      detail: { packages: ["nosuch"] },
    },
    "git/not-here": { kind: "invalid-name", message: "The part not-here is wrong." },
    busy: { kind: "unavailable", message: "Nix is busy.", retryAfter: 7 },
  };
  const images: ImageSource = {
    async image(request, { signal } = {}) {
      requests.push(request);
      if (request.name === "broken") {
        throw new Error(secret);
      }
      if (request.name === "waiting") {
        signal?.addEventListener("abort", () => waiting.ended.resolve(signal.reason));
        waiting.began.resolve();
        return new Promise<never>(() => {});
      }
      const refusal = answers[request.name];
      if (refusal !== undefined) {
        return refusal;
      }
      const { descriptor } = request.format === "oci" ? oci : docker;
      return request.tag === "no-such-tag"
        ? { kind: "unknown", message: 'There is no tag "no-such-tag".' }
        : { kind: "found", manifest: descriptor };
    },
    async tags(name) {
      if (name === "busy") {
        return { kind: "unavailable", message: "Not now.", retryAfter: 7 };
      }
      return name === "nosuch" ? undefined : ["v2", "latest", "a", "Z"];
    },
  };
  const events: RegistryEvent[] = [];
  const onEvent = (event: RegistryEvent): void => void events.push(event);
  const handler = createRegistryHandler({ images, storage, onEvent, ...options });
  return {
    ...{ handler, storage, events, requests, layer, layerDigest, oci, docker },
    hugeChunks: () => chunks,
    hugeEnded: huge.promise,
    stallEnded: stall.promise,
    waitBegan: waiting.began.promise,
    waitEnded: waiting.ended.promise,
  };
}

async function put(storage: Storage, { bytes, descriptor }: Encoded): Promise<void> {
  await storage.write(keyOf(descriptor.digest), once(bytes), {
    contentType: descriptor.mediaType,
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

interface FaultHooks {
  onChunk(): void;
  onHugeEnded(): void;
  onStallEnded(reason: unknown): void;
}

function withFaults(storage: Storage, hooks: FaultHooks): Storage {
  const sizes = new Map<string, number>([
    [keyOf(faults.cut), 200_000],
    [keyOf(faults.short), 200_000],
    [keyOf(faults.long), 100_000],
    [keyOf(faults.stalled), 200_000],
    [keyOf(faults.huge), hugeSize],
  ]);
  const refusals = new Map<string, StorageErrorCode>([
    [keyOf(faults.unavailable), "ERR_STORAGE_UNAVAILABLE"],
    [keyOf(faults.denied), "ERR_STORAGE_DENIED"],
    [keyOf(faults.full), "ERR_STORAGE_FULL"],
    [keyOf(faults.corrupt), "ERR_STORAGE_CORRUPT"],
    [keyOf(faults.cleared), "ERR_STORAGE_NOT_FOUND"],
  ]);
  const refuse = (key: string): void => {
    const code = refusals.get(key);
    if (code !== undefined) {
      throw new StorageError(code, { backend: "test", message: secret });
    }
  };
  return {
    ...storage,
    async stat(key, options) {
      refuse(key);
      const size = sizes.get(key);
      if (size === undefined) {
        return storage.stat(key, options);
      }
      return { key, size, contentType: "application/octet-stream", modified: new Date(0) };
    },
    async read(key, options) {
      refuse(key);
      const size = sizes.get(key);
      if (size === undefined) {
        return storage.read(key, options);
      }
      const info = { key, size, contentType: "application/octet-stream", modified: new Date(0) };
      return { info, body: faultyBody(key, options?.signal, hooks) };
    },
  };
}

async function* faultyBody(
  key: string,
  signal: AbortSignal | undefined,
  hooks: FaultHooks,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (key === keyOf(faults.huge)) {
    try {
      for (let sent = 0; sent < hugeSize; sent += chunkSize) {
        hooks.onChunk();
        yield new Uint8Array(chunkSize);
      }
    } finally {
      hooks.onHugeEnded();
    }
    return;
  }
  yield new Uint8Array(100_000);
  if (key === keyOf(faults.cut)) {
    throw new Error(secret);
  }
  if (key === keyOf(faults.long)) {
    yield new Uint8Array(1);
  }
  if (key === keyOf(faults.stalled)) {
    hooks.onStallEnded(await abortOf(signal));
    signal?.throwIfAborted();
  }
}

/** The reason with which `signal` is aborted, sooner or later. */
function abortOf(signal: AbortSignal | undefined): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve(signal.reason);
    }
    signal?.addEventListener("abort", () => resolve(signal.reason));
  });
}
