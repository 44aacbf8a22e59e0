import { serve } from "@hono/node-server";
import { createPathSource } from "@nixery/nix";
import { createNixery } from "@nixery/nixery";
import { createFetchHandler } from "@nixery/nixery/fetch";
import { createFsStorage } from "@nixery/storage-fs";
import { Hono } from "hono";

const { NIXERY_PKGS_PATH = "./packages", STORAGE_PATH = "./images", PORT = "8080" } = process.env;

const nixery = createNixery({
  packages: createPathSource({ path: NIXERY_PKGS_PATH }),
  storage: await createFsStorage({ directory: STORAGE_PATH }),
});

const serveRegistry = createFetchHandler(nixery.handler);

const app = new Hono()
  .all("/v2/*", (context) => serveRegistry(context.req.raw))
  .get("/", (context) => context.text("Pull an image from here.\n"));

const { fetch } = app;
const server = serve({ fetch, hostname: "127.0.0.1", port: Number(PORT) }, (address) => {
  console.log("listening on", address);
});

process.once("SIGTERM", () => {
  server.close();
  void nixery.close();
});
