import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { RegistryHandler } from "@nixery/registry-handler";
import { createNodeListener } from "@nixery/registry-handler/node";
import { expect, it } from "vitest";

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
