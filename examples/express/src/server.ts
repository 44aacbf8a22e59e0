import { createPathSource } from "@nixery/nix";
import { createNixery } from "@nixery/nixery";
import { createNodeListener } from "@nixery/nixery/node";
import { createFsStorage } from "@nixery/storage-fs";
import express from "express";

const { NIXERY_PKGS_PATH = "./packages", STORAGE_PATH = "./images", PORT = "8080" } = process.env;

const nixery = createNixery({
  packages: createPathSource({ path: NIXERY_PKGS_PATH }),
  storage: await createFsStorage({ directory: STORAGE_PATH }),
});

const app = express();

// Before body parsers and compression: clients hash the bytes that they receive.
app.use(createNodeListener(nixery.handler));

app.get("/", (_request, response) => {
  response.send("Pull an image from here.\n");
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log("listening on", server.address());
});

process.once("SIGTERM", () => {
  server.close();
  void nixery.close();
});
