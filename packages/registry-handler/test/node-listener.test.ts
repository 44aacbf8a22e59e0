import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
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
