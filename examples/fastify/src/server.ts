import { createPathSource } from "@nixery/nix";
import { createNixery } from "@nixery/nixery";
import { createFastifyHook } from "@nixery/nixery/node";
import { createFsStorage } from "@nixery/storage-fs";
import fastify from "fastify";

const { NIXERY_PKGS_PATH = "./packages", STORAGE_PATH = "./images", PORT = "8080" } = process.env;

const nixery = createNixery({
  packages: createPathSource({ path: NIXERY_PKGS_PATH }),
  storage: await createFsStorage({ directory: STORAGE_PATH }),
});

const app = fastify();

// On the root instance. Hooks that are added before it, such as authentication, run first.
app.addHook("onRequest", createFastifyHook(nixery.handler));

app.addHook("onClose", () => nixery.close());

app.get("/", () => "Pull an image from here.\n");

console.log("listening on", await app.listen({ host: "127.0.0.1", port: Number(PORT) }));

process.once("SIGTERM", () => void app.close());
