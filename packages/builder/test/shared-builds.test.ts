import { diskReader, gzip } from "@nixery/packing";
import { blobKey } from "@nixery/content";
import type { Storage } from "@nixery/storage";
import { createMemoryStorage } from "@nixery/storage/memory";
import { PackageSourceError } from "@nixery/package-source";
import { expect, it, vi } from "vitest";
import { pull } from "./support/image.ts";
import { createTestPackages, type TestPackages } from "./support/packages.ts";
import { createStore, keys, setUp, typesOf } from "./support/setup.ts";
import { createTestStore } from "../../packing/test/support/store.ts";

it("builds once for a hundred clients", async () => {
  const gate = Promise.withResolvers<void>();
  const store = await createStore();
  const packages = createTestPackages({ closure: store.closureOf, gate: gate.promise });
  const { builder, events } = await setUp({ packages, reader: diskReader({ root: store.root }) });
  const pulls = Array.from({ length: 100 }, (_, index) =>
    builder.image({
      name: index % 2 === 0 ? "git/hello" : "hello/git",
      tag: "latest",
      format: "oci",
    }),
  );
  await vi.waitFor(() => {
    expect(packages.calls.prepare).toBe(1);
  });
  gate.resolve();
  const digests = (await Promise.all(pulls)).map((result) =>
    result.kind === "found" ? result.manifest.digest : result.message,
  );
  expect(new Set(digests).size).toBe(1);
  expect(packages.calls).toEqual({ resolve: 1, prepare: 1 });
  const stored = events.flatMap((event) => (event.type === "layer-stored" ? event.layer : []));
  expect(new Set(stored).size).toBe(stored.length);
  expect(typesOf(events).filter((type) => type === "image-stored")).toEqual(["image-stored"]);
});

it("builds a layer once for images that need it at the same time", async () => {
  const { builder, events } = await setUp({ concurrency: { maxLayers: 1 } });
  const names = ["hello", "git/hello", "shell/hello"];
  await Promise.all(names.map((name) => builder.image({ name, tag: "latest", format: "oci" })));
  const stored = events.flatMap((event) => (event.type === "layer-stored" ? event.layer : []));
  expect(new Set(stored).size).toBe(stored.length);
});

it("finishes a build whose first client aborts", async () => {
  const gate = Promise.withResolvers<void>();
  const store = await createStore();
  const packages = createTestPackages({ closure: store.closureOf, gate: gate.promise });
  const { builder, storage, events } = await setUp({
    packages,
    reader: diskReader({ root: store.root }),
  });
  const leaving = new AbortController();
  const request = { name: "hello", tag: "latest", format: "oci" } as const;
  const left = builder.image(request, { signal: leaving.signal });
  const stayed = builder.image(request);
  await vi.waitFor(() => {
    expect(packages.calls.prepare).toBe(1);
  });
  const reason = new Error("client left");
  leaving.abort(reason);
  await expect(left).rejects.toBe(reason);
  gate.resolve();
  expect((await stayed).kind).toBe("found");
  expect(packages.calls.prepare).toBe(1);
  await pull(builder, storage);
  expect(events).toContainEqual(
    expect.objectContaining({ type: "image-answered", outcome: "aborted" }),
  );
});

it("finishes an unwatched build for the next client, or aborts it when configured to", async () => {
  for (const unwatchedBuilds of ["finish", "abort"] as const) {
    const gate = Promise.withResolvers<void>();
    const signals: (AbortSignal | undefined)[] = [];
    const store = await createStore();
    const packages = createTestPackages({
      closure: store.closureOf,
      gate: gate.promise,
      onPrepare: (signal) => signals.push(signal),
    });
    const { builder, storage } = await setUp({
      packages,
      reader: diskReader({ root: store.root }),
      unwatchedBuilds,
    });
    const client = new AbortController();
    const request = { name: "hello", tag: "latest", format: "oci" } as const;
    const left = builder.image(request, { signal: client.signal });
    await vi.waitFor(() => {
      expect(packages.calls.prepare).toBe(1);
    });
    client.abort();
    await expect(left).rejects.toThrow("aborted");
    expect(signals[0]?.aborted).toBe(unwatchedBuilds === "abort");
    const next = pull(builder, storage);
    gate.resolve();
    await next;
    expect(packages.calls.prepare).toBe(unwatchedBuilds === "abort" ? 2 : 1);
  }
});

it("rejects a client that aborted already", async () => {
  const { builder, packages } = await setUp();
  const signal = AbortSignal.abort();
  const request = { name: "hello", tag: "latest", format: "oci" } as const;
  await expect(builder.image(request, { signal })).rejects.toBe(signal.reason);
  expect(packages.calls).toEqual({ resolve: 0, prepare: 0 });
});

it("reports a failure to all waiting clients, and tries again for the next one", async () => {
  let isBroken = true;
  const store = await createStore();
  const packages = createTestPackages({
    closure: (asked) => {
      if (isBroken) {
        throw new PackageSourceError("ERR_PACKAGE_SOURCE_BUILD_FAILED", {
          message: "It is broken.",
        });
      }
      return store.closureOf(asked);
    },
  });
  const { builder, storage, events } = await setUp({
    packages,
    reader: diskReader({ root: store.root }),
  });
  const request = { name: "hello", tag: "latest", format: "oci" } as const;
  const results = await Promise.all([builder.image(request), builder.image(request)]);
  expect(results.map(({ kind }) => kind)).toEqual(["unknown", "unknown"]);
  expect(typesOf(events)).toContain("build-failed");
  expect(await keys(storage, "")).toEqual([]);
  isBroken = false;
  await pull(builder, storage);
});

it("aborts running builds when it is closed, and refuses later requests", async () => {
  const gate = Promise.withResolvers<void>();
  const store = await createStore();
  const signals: (AbortSignal | undefined)[] = [];
  const packages = createTestPackages({
    closure: store.closureOf,
    gate: gate.promise,
    onPrepare: (signal) => signals.push(signal),
  });
  const { builder, events } = await setUp({ packages, reader: diskReader({ root: store.root }) });
  const request = { name: "hello", tag: "latest", format: "oci" } as const;
  const pending = builder.image(request);
  await vi.waitFor(() => {
    expect(packages.calls.prepare).toBe(1);
  });
  await builder.close();
  expect(signals[0]?.aborted).toBe(true);
  expect(typesOf(events)).toContain("build-aborted");
  expect(typesOf(events)).not.toContain("build-failed");
  expect(await pending).toMatchObject({ kind: "unavailable" });
  expect(await builder.image(request)).toMatchObject({ kind: "unavailable" });
});

it("begins no build for a request that was under way when it was closed", async () => {
  const inner = createMemoryStorage();
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let isSlow = false;
  const storage: Storage = {
    ...inner,
    async stat(key, options) {
      if (isSlow) {
        asked.resolve();
        await gate.promise;
      }
      return await inner.stat(key, options);
    },
  };
  const { builder, packages } = await setUp({ storage });
  const { digest } = await pull(builder, storage);
  isSlow = true;
  const late = builder.image({ name: "hello", tag: "latest", format: "oci" });
  await asked.promise;
  await inner.remove(blobKey(digest));
  await builder.close();
  gate.resolve();
  expect(await late).toMatchObject({ kind: "unavailable" });
  expect(packages.calls.prepare).toBe(1);
});

it("stops in the middle of a layer that no client waits for, and leaves nothing behind", async () => {
  const inner = createMemoryStorage();
  const writing = Promise.withResolvers<void>();
  const storage: Storage = {
    ...inner,
    async write(key, source, options) {
      if (!key.startsWith("staging/")) {
        return await inner.write(key, source, options);
      }
      async function* slow(): AsyncGenerator<Uint8Array> {
        for await (const chunk of source) {
          yield chunk;
          writing.resolve();
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      return await inner.write(key, slow(), options);
    },
  };
  const store = await createTestStore();
  const huge = await store.add("huge", Buffer.alloc(40_000_000, "x"));
  const packages = createTestPackages({ closure: () => store.closure(huge) });
  const { builder, events } = await setUp({
    ...{ storage, packages, reader: diskReader({ root: store.root }), unwatchedBuilds: "abort" },
    compression: { codec: gzip({ level: 1 }) },
  });
  const client = new AbortController();
  const request = { name: "hello", tag: "latest", format: "oci" } as const;
  const pending = builder.image(request, { signal: client.signal });
  await writing.promise;
  client.abort();
  await expect(pending).rejects.toBe(client.signal.reason);
  await builder.close();
  expect(await keys(inner, "staging/")).toEqual([]);
  expect(await keys(inner, "image-cache/")).toEqual([]);
  expect(typesOf(events)).not.toContain("image-stored");
});

it("lists tags once for many clients, and stops when it is closed", async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const packages: TestPackages = {
    ...createTestPackages(),
    tags: ({ signal } = {}) => {
      signals.push(signal);
      return new Promise((_, reject) => {
        signal?.addEventListener("abort", () => {
          reject(signal.reason);
        });
      });
    },
  };
  const { builder, events } = await setUp({ packages });
  const pending = [builder.tags("hello"), builder.tags("git")];
  await vi.waitFor(() => {
    expect(signals).toHaveLength(1);
  });
  await builder.close();
  expect(signals[0]?.aborted).toBe(true);
  for (const result of await Promise.all([...pending, builder.tags("hello")])) {
    expect(result).toMatchObject({ kind: "unavailable" });
  }
  expect(signals).toHaveLength(1);
  expect(typesOf(events)).not.toContain("warning");
});

it("warns once when the tags cannot be listed, however many clients ask", async () => {
  const error = new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", { message: "Not now." });
  const packages = { ...createTestPackages(), tags: () => Promise.reject(error) };
  const { builder, events } = await setUp({ packages });
  const results = await Promise.all([builder.tags("hello"), builder.tags("git")]);
  expect(results).toMatchObject([{ kind: "unavailable" }, { kind: "unavailable" }]);
  expect(events.filter(({ type }) => type === "warning")).toMatchObject([{ error }]);
});
