import { createServer, type Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import type { RegistryHandler } from "@nixery/registry-handler";
import { createFetchHandler } from "@nixery/registry-handler/fetch";
import {
  createFastifyHook,
  createKoaMiddleware,
  createNodeListener,
} from "@nixery/registry-handler/node";
import { listen, type SocketServer, socketServer, type TestServer } from "./test-server.ts";

/** What the rest of each application answers, to show that it is left alone. */
export const otherPage = "another page of the same server";

type Start<Kind extends TestServer> = (handler: RegistryHandler) => Promise<Kind>;

const startNodeHttp: Start<SocketServer> = (handler) => {
  const listener = createNodeListener(handler);
  return listen(
    createServer((request, response) => {
      listener(request, response, () => response.end(otherPage));
    }),
  );
};

const startExpress: Start<SocketServer> = (handler) => {
  const app = express();
  app.use(createNodeListener(handler));
  app.use((_request, response) => {
    response.send(otherPage);
  });
  return listen(createServer(app));
};

const startKoa: Start<SocketServer> = (handler) => {
  const app = new Koa();
  app.silent = true;
  app.use(createKoaMiddleware(handler));
  app.use((context) => {
    context.body = otherPage;
  });
  const callback = app.callback();
  return listen(createServer((request, response) => void callback(request, response)));
};

const startFastify: Start<SocketServer> = async (handler) => {
  const app = fastify({ forceCloseConnections: true });
  app.addHook("onRequest", createFastifyHook(handler));
  app.get("/*", () => otherPage);
  const address = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  return socketServer(Number(address.port), () => app.close());
};

function createHono(handler: RegistryHandler): Hono {
  const serveRegistry = createFetchHandler(handler);
  return new Hono()
    .all("/v2/*", (context) => serveRegistry(context.req.raw))
    .get("/*", (context) => context.text(otherPage));
}

const startHono: Start<SocketServer> = (handler) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- plain HTTP unless asked otherwise
  listen(createAdaptorServer({ fetch: createHono(handler).fetch }) as Server);

const startHonoInProcess: Start<TestServer> = async (handler) => {
  const app = createHono(handler);
  return {
    close: async () => {},
    request: async (target, { method = "GET", headers = {}, body } = {}) => {
      const response = await app.request(target, { method, headers, body: body ?? null });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: new Uint8Array(await response.arrayBuffer()),
      };
    },
  };
};

/** Servers that listen on a socket. */
export const socketServers: readonly (readonly [string, Start<SocketServer>])[] = [
  ["node:http", startNodeHttp],
  ["Express", startExpress],
  ["Koa", startKoa],
  ["Fastify", startFastify],
  ["Hono", startHono],
];

/** All servers. */
export const servers: readonly (readonly [string, Start<TestServer>])[] = [
  ...socketServers,
  ["Hono without a socket", startHonoInProcess],
];
