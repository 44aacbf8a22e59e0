import { describe, expect, test, vi } from "vitest";
import { dockerMediaTypes, sha256Digest } from "@nixery/manifest";
import {
  createRegistryHandler,
  type ImageResult,
  type ImageSource,
  type RegistryEvent,
  type RegistryRequest,
  type RegistryResponse,
} from "@nixery/registry-handler";
import type { Storage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { createFixture, faults, keyOf, secret } from "./support/fixture.ts";

const get = (url: string, headers: RegistryRequest["headers"] = {}): RegistryRequest => ({
  method: "GET",
  url,
  headers,
});

async function bytesOf(response: RegistryResponse | undefined): Promise<Uint8Array> {
  const { body = new Uint8Array() } = response ?? {};
  if (body instanceof Uint8Array) {
    return body;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

describe("bodies", () => {
  test("that are longer than announced fail", async () => {
    const { handler, events } = await createFixture();
    const response = await handler.handle(get(`/v2/git/blobs/${faults.long}`));
    await expect(bytesOf(response)).rejects.toThrow(/more than 100000 bytes/);
    expect(events).toContainEqual(expect.objectContaining({ during: "body" }));
  });

  test("that are shorter than the range asked for fail", async () => {
    const { handler } = await createFixture();
    const response = await handler.handle(
      get(`/v2/git/blobs/${faults.short}`, { range: "bytes=0-149999" }),
    );
    expect(response?.status).toBe(206);
    await expect(bytesOf(response)).rejects.toThrow(/100000 of 150000 bytes/);
  });

  test("that nobody waits for any more are no failure", async () => {
    const { handler, events, stallEnded } = await createFixture();
    const departure = new AbortController();
    const { signal } = departure;
    const response = await handler.handle(get(`/v2/git/blobs/${faults.stalled}`), { signal });
    const bytes = bytesOf(response);
    setImmediate(() => departure.abort(new Error("gone")));
    await expect(bytes).rejects.toThrow("gone");
    expect(await stallEnded).toBe(signal.reason);
    expect(events.map(({ type }) => type)).toEqual(["request-answered"]);
  });

  test.each([
    "text/html\r\nSet-Cookie: a=b",
    "text/html",
    "application/xhtml+xml",
    "application/vnd.x; charset=utf-8",
  ])("the content type %j is not sent", async (contentType) => {
    const storage = createMemoryStorage();
    const bytes = new TextEncoder().encode("blob");
    const digest = sha256Digest(bytes);
    const body = (async function* () {
      yield bytes;
    })();
    await storage.write(keyOf(digest), body, { contentType });
    const handler = createRegistryHandler({ images: refuseAll, storage });
    const response = await handler.handle(get(`/v2/git/blobs/${digest}`));
    expect(response?.headers["Content-Type"]).toBe("application/octet-stream");
  });
});

const refuseAll: ImageSource = {
  image: async () => ({ kind: "unknown", message: "nothing here" }),
  tags: async () => undefined,
};

describe("redirects", () => {
  const location = "https://bucket.example/layer?signature=abc%2Fdef";
  const asked: string[] = [];
  const redirecting = (storage: Storage): Storage => ({
    ...storage,
    redirect: async (key) => {
      asked.push(key);
      return { url: new URL(location), expires: new Date(Date.now() + 60_000) };
    },
  });

  test("are 307, not to be kept, for GET and its ranges", async () => {
    const { storage, layerDigest } = await createFixture();
    const handler = createRegistryHandler({ images: refuseAll, storage: redirecting(storage) });
    for (const headers of [{}, { range: "bytes=0-9" }]) {
      const response = await handler.handle(get(`/v2/git/blobs/${layerDigest}`, headers));
      expect(response).toMatchObject({
        status: 307,
        headers: {
          Location: location,
          "Content-Length": "0",
          "Cache-Control": "no-store",
          "Docker-Content-Digest": layerDigest,
        },
      });
      expect(asked.at(-1)).toBe(keyOf(layerDigest));
    }
  });

  test("do not hide the length from HEAD or the absence of a blob from anyone", async () => {
    const { storage, layer, layerDigest } = await createFixture();
    const handler = createRegistryHandler({ images: refuseAll, storage: redirecting(storage) });
    const head = await handler.handle({ ...get(`/v2/git/blobs/${layerDigest}`), method: "HEAD" });
    expect(head).toMatchObject({ status: 200, headers: { "Content-Length": `${layer.length}` } });
    const missing = await handler.handle(get(`/v2/git/blobs/sha256:${"0".repeat(64)}`));
    expect(missing?.status).toBe(404);
  });

  test("are not needed: what has no address is streamed", async () => {
    const { storage, layerDigest } = await createFixture();
    const handler = createRegistryHandler({
      images: refuseAll,
      storage: { ...storage, redirect: async () => undefined },
    });
    const response = await handler.handle(get(`/v2/git/blobs/${layerDigest}`));
    expect(response?.status).toBe(200);
    expect(sha256Digest(await bytesOf(response))).toBe(layerDigest);
  });
});

/** An image source whose one build ends when the test says so. */
function slowSource(): { images: ImageSource; finish(result: ImageResult): void } {
  const build = Promise.withResolvers<ImageResult>();
  return {
    images: { image: () => build.promise, tags: async () => [] },
    finish: build.resolve,
  };
}

describe("a limit of the wait for a build", () => {
  test("ends with 503 while the build goes on, and the next pull has the image", async () => {
    const { storage, oci } = await createFixture();
    const slow = slowSource();
    const agents: (string | undefined)[] = [];
    const maxBuildWait = (agent: string | undefined): number => {
      agents.push(agent);
      return agent === undefined ? Number.POSITIVE_INFINITY : 1;
    };
    const handler = createRegistryHandler({ images: slow.images, storage, maxBuildWait });
    const url = "/v2/shell/git/manifests/latest";
    const patient = handler.handle(get(url));
    const early = await handler.handle(get(url, { "user-agent": "containerd/v2.3.0" }));
    expect(early).toMatchObject({ status: 503, headers: { "Retry-After": "10" } });
    expect(new TextDecoder().decode(await bytesOf(early))).toContain("being built");
    slow.finish({ kind: "found", manifest: oci.descriptor });
    expect((await patient)?.status).toBe(200);
    const next = await handler.handle(get(url, { "user-agent": "containerd/v2.3.0" }));
    expect(next?.status).toBe(200);
    expect(agents).toEqual([undefined, "containerd/v2.3.0", "containerd/v2.3.0"]);
  });

  test("leaves no timer behind", async () => {
    vi.useFakeTimers();
    try {
      const { handler } = await createFixture({ maxBuildWait: 60_000 });
      expect((await handler.handle(get("/v2/git/manifests/latest")))?.status).toBe(200);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("may be one number for all", async () => {
    const { storage } = await createFixture();
    const { images } = slowSource();
    const handler = createRegistryHandler({ images, storage, maxBuildWait: 0 });
    expect((await handler.handle(get("/v2/git/manifests/latest")))?.status).toBe(503);
  });
});

test("an Accept header may come in parts", async () => {
  const { handler, requests } = await createFixture();
  const accept = ["application/json", dockerMediaTypes.manifest];
  await handler.handle(get("/v2/git/manifests/latest", { accept }));
  expect(requests.at(-1)?.format).toBe("docker");
});

describe("aborting", () => {
  test("rejects with the signal's reason and tells nobody of a failure", async () => {
    const { handler, events, waitBegan } = await createFixture();
    const departure = new AbortController();
    const { signal } = departure;
    const aborting: ImageSource = {
      image: (_request, options) =>
        new Promise((_resolve, reject) => {
          options?.signal?.addEventListener("abort", () => reject(new Error("whatever")));
        }),
      tags: async () => [],
    };
    const failures: RegistryEvent[] = [];
    const strict = createRegistryHandler({
      images: aborting,
      storage: createMemoryStorage(),
      onEvent: (event) => void failures.push(event),
    });
    const reason = new Error("gone");
    const answers = [
      strict.handle(get("/v2/git/manifests/latest"), { signal }),
      handler.handle(get(`/v2/git/manifests/latest`), {}),
    ];
    void handler.handle(get("/v2/waiting/manifests/latest"), { signal });
    await waitBegan;
    departure.abort(reason);
    await expect(answers[0]).rejects.toBe(reason);
    await answers[1];
    expect(failures).toEqual([]);
    expect(events.filter(({ type }) => type === "request-failed")).toEqual([]);
  });
});

async function countReads(maxCachedManifestBytes?: number): Promise<number> {
  const { storage, oci } = await createFixture();
  let reads = 0;
  const counting: Storage = {
    ...storage,
    read: (key, options) => {
      reads += 1;
      return storage.read(key, options);
    },
  };
  const handler = createRegistryHandler({
    images: refuseAll,
    storage: counting,
    maxCachedManifestBytes,
  });
  for (let round = 0; round < 3; round += 1) {
    const url = `/v2/git/manifests/${oci.descriptor.digest}`;
    const bytes = await bytesOf(await handler.handle(get(url)));
    expect(sha256Digest(bytes)).toBe(oci.descriptor.digest);
  }
  return reads;
}

describe("manifests in memory", () => {
  test("are read once", async () => {
    expect(await countReads()).toBe(1);
  });

  test("may be none", async () => {
    expect(await countReads(0)).toBe(3);
  });

  test("must have the digest they are stored under", async () => {
    const { storage, oci, docker } = await createFixture();
    await storage.remove(keyOf(oci.descriptor.digest));
    await storage.move(keyOf(docker.descriptor.digest), keyOf(oci.descriptor.digest));
    const events: RegistryEvent[] = [];
    const handler = createRegistryHandler({
      images: refuseAll,
      storage,
      onEvent: (event) => void events.push(event),
    });
    const response = await handler.handle(get(`/v2/git/manifests/${oci.descriptor.digest}`));
    expect(response?.status).toBe(500);
    expect(events[0]).toMatchObject({ error: { code: "ERR_STORAGE_CORRUPT" } });
  });

  test("that the image source promised but nobody has are to be asked for again", async () => {
    const { oci } = await createFixture();
    const handler = createRegistryHandler({
      images: { ...refuseAll, image: async () => ({ kind: "found", manifest: oci.descriptor }) },
      storage: createMemoryStorage(),
    });
    expect((await handler.handle(get("/v2/git/manifests/latest")))?.status).toBe(503);
  });
});

describe("events", () => {
  test("tell of every answer", async () => {
    const { handler, events } = await createFixture();
    await handler.handle(get("/v2/git/manifests/.bad?ns=x", { "user-agent": "podman" }));
    expect(events).toEqual([
      {
        type: "request-answered",
        method: "GET",
        url: "/v2/git/manifests/.bad?ns=x",
        userAgent: "podman",
        status: 404,
        size: expect.any(Number),
        duration: expect.any(Number),
      },
    ]);
  });

  test("have the error that the client was not told", async () => {
    const { handler, events } = await createFixture();
    await handler.handle(get("/v2/broken/manifests/latest"));
    expect(events.map(({ type }) => type)).toEqual(["request-failed", "request-answered"]);
    expect(events[0]).toMatchObject({ error: { message: secret } });
  });

  test("may have a reader that throws", async () => {
    const onEvent = vi.fn<(event: RegistryEvent) => void>(() => {
      throw new Error("a defect of the reader");
    });
    const { handler } = await createFixture({ onEvent });
    expect((await handler.handle(get("/v2/broken/manifests/latest")))?.status).toBe(500);
    expect(onEvent).toHaveBeenCalledTimes(2);
  });
});
