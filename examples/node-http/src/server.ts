import { createServer } from "node:http";
import { createPathSource } from "@nixery/nix";
import { createNixery } from "@nixery/nixery";
import { createNodeListener } from "@nixery/nixery/node";
import { createFsStorage } from "@nixery/storage-fs";

const { NIXERY_PKGS_PATH = "./packages", STORAGE_PATH = "./images", PORT = "8080" } = process.env;

const nixery = createNixery({
  packages: createPathSource({ path: NIXERY_PKGS_PATH }),
  storage: await createFsStorage({ directory: STORAGE_PATH }),
});

const serveRegistry = createNodeListener(nixery.handler);
const server = createServer((request, response) => {
  // Paths below /v2 are the registry's. The third argument handles all others.
  serveRegistry(request, response, () => response.end("Pull an image from here.\n"));
});

server.listen(Number(PORT), "127.0.0.1", () => console.log("listening on", server.address()));

process.once("SIGTERM", () => {
  server.close();
  void nixery.close();
});
