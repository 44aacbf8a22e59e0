import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RegistryEvent, RegistryHandler } from "@nixery/registry-handler";
import { createFixture, faults, type Fixture, hugeSize } from "./fixture.ts";
import { converse, open, type SocketServer } from "./test-server.ts";

/** What can only be seen on the wire. */
export function socketSuite(
  name: string,
  start: (handler: RegistryHandler) => Promise<SocketServer>,
): void {
  describe(`${name}, byte for byte`, () => {
    let fixture: Fixture;
    let server: SocketServer;

    beforeAll(async () => {
      fixture = await createFixture();
      server = await start(fixture.handler);
    });

    afterAll(() => server.close());

    const close = "Host: registry\r\nConnection: close\r\n\r\n";

    test.each([
      ["/v2/", 200],
      ["/v2/git/manifests/latest", 200],
      ["/v2/git/manifests/no-such-tag", 404],
      ["/v2/Git/manifests/latest", 400],
      ["/v2/broken/manifests/latest", 500],
      ["/v2/busy/manifests/latest", 503],
    ])("HEAD %s ends with its headers", async (target, status) => {
      const said = await converse(server.port, `HEAD ${target} HTTP/1.1\r\n${close}`);
      expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(said).toMatch(/\r\ncontent-length: [1-9]\d*\r\n/i);
      expect(said.indexOf("\r\n\r\n")).toBe(said.length - 4);
    });

    test("HEAD of a blob says its length and sends none of it", async () => {
      const said = await converse(
        server.port,
        `HEAD /v2/git/blobs/${fixture.layerDigest} HTTP/1.1\r\n${close}`,
      );
      expect(said).toMatch(/\r\ncontent-length: 300000\r\n/i);
      expect(said.indexOf("\r\n\r\n")).toBe(said.length - 4);
    });

    test("pipelined requests are answered in their order", async () => {
      const requests = [
        `HEAD /v2/git/manifests/latest HTTP/1.1\r\nHost: registry\r\n\r\n`,
        `GET /v2/git/blobs/${fixture.layerDigest} HTTP/1.1\r\nHost: registry\r\nRange: bytes=0-3\r\n\r\n`,
        `GET /v2/Bad/manifests/latest HTTP/1.1\r\nHost: registry\r\n\r\n`,
        `GET /v2/ HTTP/1.1\r\n${close}`,
      ];
      const said = await converse(server.port, requests.join(""));
      expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual([
        "HTTP/1.1 200",
        "HTTP/1.1 206",
        "HTTP/1.1 400",
        "HTTP/1.1 200",
      ]);
      expect(said.endsWith("\r\n\r\n{}")).toBe(true);
    });

    test("HTTP/1.0 gets plain bytes and a closed connection", async () => {
      const said = await converse(
        server.port,
        `GET /v2/git/blobs/${fixture.layerDigest} HTTP/1.0\r\nHost: registry\r\n\r\n`,
      );
      expect(said).not.toMatch(/transfer-encoding/i);
      expect(said.length - said.indexOf("\r\n\r\n") - 4).toBe(fixture.layer.length);
    });

    test("paths are not resolved before they are checked", async () => {
      for (const target of [
        "/v2/../v2/git/manifests/latest",
        "/v2/git/../htop/manifests/latest",
        "/v2/./git/manifests/latest",
      ]) {
        const said = await converse(server.port, `GET ${target} HTTP/1.1\r\n${close}`);
        expect(said).toMatch(/^HTTP\/1.1 (?:400|200) /);
      }
    });

    test("a failure half-way closes the connection before the length is reached", async () => {
      const said = await converse(
        server.port,
        `GET /v2/git/blobs/${faults.cut} HTTP/1.1\r\nHost: registry\r\n\r\n`,
      );
      expect(said).toMatch(/\r\ncontent-length: 200000\r\n/i);
      expect(said.length).toBeLessThan(200_000);
    });

    test("a client that leaves ends the read", async () => {
      const socket = await open(
        server.port,
        `GET /v2/git/blobs/${faults.stalled} HTTP/1.1\r\nHost: registry\r\n\r\n`,
      );
      await once(socket, "data");
      socket.destroy();
      expect(String(await fixture.stallEnded)).toMatch(/disconnected|aborted/);
    });

    test("a client that leaves stops waiting for its image", async () => {
      const socket = await open(
        server.port,
        "GET /v2/waiting/manifests/latest HTTP/1.1\r\nHost: registry\r\n\r\n",
      );
      await fixture.waitBegan;
      socket.destroy();
      expect(String(await fixture.waitEnded)).toMatch(/disconnected|aborted/);
    });

    test("a blob is read no faster than the client takes it", async () => {
      const socket = await open(
        server.port,
        `GET /v2/git/blobs/${faults.huge} HTTP/1.1\r\n${close}`,
      );
      await once(socket, "readable");
      expect(fixture.hugeChunks() * 64 * 1024).toBeLessThan(hugeSize / 2);
      let length = 0;
      for await (const chunk of socket as AsyncIterable<Uint8Array>) {
        length += chunk.length;
      }
      expect(length).toBeGreaterThan(hugeSize);
    });

    test("a client that takes nothing is cut off, and the read ends", async () => {
      const stalled = Promise.withResolvers<RegistryEvent>();
      const { handler, hugeEnded } = await createFixture({
        idleTimeout: 50,
        onEvent: (event) => {
          if (event.type !== "request-answered") {
            stalled.resolve(event);
          }
        },
      });
      const impatient = await start(handler);
      try {
        const target = `/v2/git/blobs/${faults.huge}`;
        const socket = await open(impatient.port, `GET ${target} HTTP/1.1\r\n${close}`);
        expect(await stalled.promise).toEqual({
          type: "client-stalled",
          method: "GET",
          url: target,
          userAgent: undefined,
        });
        await hugeEnded;
        socket.on("error", () => {}).resume();
        await once(socket, "close");
        expect(socket.bytesRead).toBeLessThan(hugeSize);
      } finally {
        await impatient.close();
      }
    });
  });
}
