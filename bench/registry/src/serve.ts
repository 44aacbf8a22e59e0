// One server: `serve.ts registry DIRECTORY DIGEST TYPE SIZE` or `serve.ts bare MANIFEST-FILE BLOB-FILE CHUNK`.
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { pipeline } from "node:stream";
import { parseDigest } from "@nixery/manifest";
import { createRegistryHandler, type ImageSource } from "@nixery/registry-handler";
import { createNodeListener } from "@nixery/registry-handler/node";
import { createFsStorage } from "@nixery/storage-fs";

const [kind, ...args] = process.argv.slice(2);
const listener = kind === "registry" ? await registry(args) : bare(args);
const server: Server = createServer(listener).listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`listening on 127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
});

async function registry([
  directory = "",
  digest = "",
  mediaType = "",
  size = "",
]: string[]): Promise<RequestListener> {
  const manifest = { mediaType, digest: parseDigest(digest), size: Number(size) };
  const images: ImageSource = {
    image: async () => ({ kind: "found", manifest }),
    tags: async () => ["latest"],
  };
  const storage = await createFsStorage({ directory });
  return createNodeListener(createRegistryHandler({ images, storage }));
}

/** Bare node:http: no routing and no checks, only the bytes and their length. */
function bare([manifestFile = "", blobFile = "", chunk = ""]: string[]): RequestListener {
  const manifest = readFileSync(manifestFile);
  const blobSize = statSync(blobFile).size;
  return (request, response) => {
    if (request.url?.includes("/manifests/")) {
      response.writeHead(200, { "Content-Length": manifest.length }).end(manifest);
      return;
    }
    response.writeHead(200, { "Content-Length": blobSize });
    pipeline(createReadStream(blobFile, { highWaterMark: Number(chunk) }), response, () => {});
  };
}
