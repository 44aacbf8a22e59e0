import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { RegistryHandler } from "@nixery/registry-handler";
import { createNodeListener } from "@nixery/registry-handler/node";
import { expect, it } from "vitest";
import { converse, listen } from "./support/test-server.ts";

it("answers requests that arrive together one after the other", async () => {
  let running = 0;
  let most = 0;
  const handler: RegistryHandler = {
    async handle() {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return { status: 200, headers: { "Content-Length": "0" } };
    },
  };
  const server = createServer(createNodeListener(handler));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const request = "GET /v2/ HTTP/1.1\r\nHost: registry\r\n";
  socket.write(`${`${request}\r\n`.repeat(20)}${request}Connection: close\r\n\r\n`);
  expect((await text(socket)).match(/^HTTP\/1\.1 200/gm)).toHaveLength(21);
  expect(most).toBe(1);
  server.close();
});

function get(url: string, more = ""): string {
  return `GET ${url} HTTP/1.1\r\nHost: registry\r\n${more}\r\n`;
}

it("reads no further ahead than a read takes it while an answer is waited for", async () => {
  const [began, build] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const handler: RegistryHandler = {
    async handle({ url }) {
      if (url === "/v2/waiting") {
        began.resolve();
        await build.promise;
      }
      return { status: 200, headers: { "Content-Length": "0" } };
    },
  };
  const answer = createNodeListener(handler);
  let arrived = 0;
  const server = await listen(
    createServer((request, response) => {
      arrived += 1;
      answer(request, response);
    }),
  );
  const last = get("/v2/", "Connection: close\r\n");
  const said = converse(server.port, get("/v2/waiting") + get("/v2/").repeat(20_000) + last);
  await began.promise;
  // Whatever the server wants to read it has read by the time that others were served.
  for (let other = 0; other < 20; other += 1) {
    await server.request("/v2/");
  }
  expect(arrived).toBeLessThan(5000);
  build.resolve();
  expect((await said).match(/^HTTP\/1\.1 200/gm)).toHaveLength(20_002);
  await server.close();
});
