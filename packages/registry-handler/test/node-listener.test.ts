import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import type { RegistryHandler } from "@nixery/registry-handler";
import { createNodeListener } from "@nixery/registry-handler/node";
import { listen, open } from "./support/test-server.ts";

test("a client that takes nothing of a body in memory is cut off", async () => {
  const stalled = Promise.withResolvers<void>();
  const body = new Uint8Array(32 * 1024 * 1024);
  const headers = { "Content-Length": String(body.length) };
  const idle = { timeout: 50, onReached: stalled.resolve };
  const answer = { status: 200, headers, body, idle };
  const server = await listen(createServer(createNodeListener({ handle: async () => answer })));
  const socket = await open(server.port, "GET /v2/ HTTP/1.1\r\nHost: registry\r\n\r\n");
  await stalled.promise;
  socket.on("error", () => {}).resume();
  await once(socket, "close");
  expect(socket.bytesRead).toBeLessThan(body.length);
  await server.close();
});

test("an answer that cannot be sent ends the read of its body", async () => {
  const ended = Promise.withResolvers<unknown>();
  const headers = { "X-Broken": "a\nb" };
  const body = (async function* () {
    yield new Uint8Array(1);
  })();
  const handler: RegistryHandler = {
    async handle(_request, { signal } = {}) {
      signal?.addEventListener("abort", () => ended.resolve(signal.reason));
      return { status: 200, headers, body };
    },
  };
  const server = await listen(createServer(createNodeListener(handler)));
  await expect(server.request("/v2/")).rejects.toThrow(/hang up|reset/);
  expect(await ended.promise).toMatchObject({ code: "ERR_INVALID_CHAR" });
  await server.close();
});
