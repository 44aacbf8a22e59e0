import { createPathSource } from "@nixery/nix";
import { createNixery } from "@nixery/nixery";
import { createKoaMiddleware } from "@nixery/nixery/node";
import { createFsStorage } from "@nixery/storage-fs";
import Koa from "koa";

const { NIXERY_PKGS_PATH = "./packages", STORAGE_PATH = "./images", PORT = "8080" } = process.env;

const nixery = createNixery({
  packages: createPathSource({ path: NIXERY_PKGS_PATH }),
  storage: await createFsStorage({ directory: STORAGE_PATH }),
});

const app = new Koa();

app.use(createKoaMiddleware(nixery.handler));

app.use((context) => {
  context.body = "Pull an image from here.\n";
});

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  console.log("listening on", server.address());
});

process.once("SIGTERM", () => {
  server.close();
  void nixery.close();
});
