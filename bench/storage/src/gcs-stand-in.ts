import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdtemp, open, rename, rm } from "node:fs/promises";
import * as http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** The part of Cloud Storage's JSON API that one large object needs, with the bytes in a file. */
export interface GcsStandIn {
  readonly url: URL;
  stop(): Promise<void>;
}

interface Session {
  readonly name: string;
  readonly contentType: string;
  readonly hash: Hash;
  readonly file: FileHandle;
  size: number;
}

interface Resource {
  readonly name: string;
  readonly contentType: string;
  readonly size: string;
  readonly generation: string;
  readonly updated: string;
  readonly md5Hash: string;
}

export async function startGcsStandIn(): Promise<GcsStandIn> {
  const directory = await mkdtemp(join(tmpdir(), "nixery-bench-"));
  const sessions = new Map<string, Session>();
  const objects = new Map<string, Resource>();
  const fileOf = (name: string): string => join(directory, encodeURIComponent(name));

  const begin = async (url: URL, request: http.IncomingMessage): Promise<string> => {
    request.resume();
    const name = url.searchParams.get("name") ?? "";
    const contentType = String(request.headers["x-upload-content-type"]);
    const id = crypto.randomUUID();
    const file = await open(fileOf(`${name}.upload`), "w");
    sessions.set(id, { name, contentType, file, hash: createHash("md5"), size: 0 });
    return `http://${request.headers.host}/upload/${id}`;
  };

  const take = async (
    session: Session,
    request: http.IncomingMessage,
  ): Promise<Resource | undefined> => {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      session.hash.update(chunk);
      session.size += chunk.byteLength;
      await session.file.write(chunk);
    }
    if (request.headers["content-range"]?.endsWith("/*") !== false) {
      return undefined;
    }
    await session.file.close();
    const { name, contentType, size } = session;
    await rename(fileOf(`${name}.upload`), fileOf(name));
    const md5Hash = session.hash.digest("base64");
    const updated = new Date().toISOString();
    const resource = { name, contentType, size: String(size), generation: "1", updated, md5Hash };
    objects.set(name, resource);
    return resource;
  };

  const respond = async (
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://stand-in");
    const session = sessions.get(url.pathname.replace("/upload/", ""));
    if (session !== undefined) {
      const resource = await take(session, request);
      const range = `bytes=0-${session.size - 1}`;
      response.writeHead(resource === undefined ? 308 : 200, { range });
      response.end(JSON.stringify(resource ?? {}));
      return;
    }
    if (request.method === "POST") {
      response.writeHead(200, { location: await begin(url, request) }).end();
      return;
    }
    const name = decodeURIComponent(url.pathname.split("/o/")[1] ?? "");
    const object = objects.get(name);
    if (object === undefined) {
      response.writeHead(404).end();
    } else if (url.searchParams.get("alt") === "media") {
      response.writeHead(200, {
        "content-type": object.contentType,
        "content-length": object.size,
        "x-goog-hash": `md5=${object.md5Hash}`,
        "x-goog-generation": object.generation,
        "last-modified": new Date(object.updated).toUTCString(),
      });
      await pipeline(createReadStream(fileOf(name), { highWaterMark: 1 << 18 }), response);
    } else {
      response.end(JSON.stringify(object));
    }
  };

  const server = http.createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await rm(directory, { recursive: true, force: true });
    },
  };
}
