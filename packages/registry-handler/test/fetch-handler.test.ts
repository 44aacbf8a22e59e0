import { expect, test } from "vitest";
import type { RegistryEvent, RegistryHandler } from "@nixery/registry-handler";
import { createFetchHandler } from "@nixery/registry-handler/fetch";
import { createFixture, faults } from "./support/fixture.ts";

const url = "http://registry/v2/git/blobs/";

test("a body that is cancelled ends the read that fills it", async () => {
  const { handler, stallEnded } = await createFixture();
  const response = await createFetchHandler(handler)(new Request(url + faults.stalled));
  const reader = response.body?.getReader();
  await reader?.read();
  const next = reader?.read();
  // The stream has begun to wait for the next chunk when all that could run has run.
  await new Promise(setImmediate);
  const reason = new Error("enough");
  await reader?.cancel(reason);
  expect(await stallEnded).toBe(reason);
  expect(await next).toMatchObject({ done: true });
});

test("a body that is cancelled is closed, even if it does not know of signals", async () => {
  const closed = Promise.withResolvers<void>();
  const handler: RegistryHandler = {
    handle: async () => ({ status: 200, headers: {}, body: endless(closed.resolve) }),
  };
  const response = await createFetchHandler(handler)(new Request(url));
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await expect(closed.promise).resolves.toBeUndefined();
});

test("a request that was aborted is answered without an error", async () => {
  const { handler, waitBegan } = await createFixture();
  const departure = new AbortController();
  const aborting: RegistryHandler = {
    handle: (_request, options) =>
      new Promise((_resolve, reject) => {
        options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
      }),
  };
  const { signal } = departure;
  const answer = createFetchHandler(aborting)(new Request(url, { signal }));
  void handler.handle({ method: "GET", url: "/v2/waiting/manifests/latest", headers: {} });
  await waitBegan;
  departure.abort();
  expect((await answer).status).toBe(499);
});

test("paths of others are not found", async () => {
  const { handler } = await createFixture();
  const response = await createFetchHandler(handler)(new Request("http://registry/healthz"));
  expect(response.status).toBe(404);
});

async function* endless(onClosed: () => void): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    while (true) {
      yield new Uint8Array(1);
    }
  } finally {
    onClosed();
  }
}

test("a body that nobody reads is closed", async () => {
  const stalled = Promise.withResolvers<RegistryEvent>();
  const { handler } = await createFixture({
    idleTimeout: 20,
    onEvent: (event) => {
      if (event.type === "client-stalled") {
        stalled.resolve(event);
      }
    },
  });
  const target = `/v2/git/blobs/${faults.huge}`;
  const unread = await createFetchHandler(handler)(new Request(`http://registry${target}`));
  expect(await stalled.promise).toMatchObject({ method: "GET", url: target });
  await expect(unread.arrayBuffer()).rejects.toThrow(/stalled/);
});
