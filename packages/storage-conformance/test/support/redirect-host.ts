import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Redirect, Storage } from "@nixery/storage";

/** How a host answers for one storage; every default is right. */
export interface HostBehaviour {
  readonly ranges?: boolean;
  readonly contentType?: string;
  readonly expires?: Date;
  readonly query?: string;
  /** Called after each answer. */
  served?(this: void, key: string): Promise<void>;
  /** @defaultValue true */
  readonly gives?: boolean;
  readonly listens?: boolean;
}

/** An HTTP server that hands out objects of storages at URLs of their own. */
export interface RedirectHost {
  redirecting(storage: Storage, behaviour?: HostBehaviour): Storage;
  close(): Promise<void>;
}

export async function startRedirectHost(): Promise<RedirectHost> {
  const sites = new Map<string, { storage: Storage; behaviour: HostBehaviour }>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://host");
    const [, id = "", namespace = "", name = ""] = pathname.split("/");
    const site = sites.get(id);
    if (site === undefined) {
      response.writeHead(404).end();
      return;
    }
    answer(request, response, site.storage, `${namespace}/${name}`, site.behaviour).catch(() => {
      response.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    redirecting(storage, behaviour = {}) {
      const id = crypto.randomUUID();
      sites.set(id, { storage, behaviour });
      return {
        ...storage,
        async redirect(key, { signal } = {}): Promise<Redirect | undefined> {
          if (behaviour.listens !== false) {
            signal?.throwIfAborted();
          }
          await storage.stat(key);
          const { query = "", expires = new Date(Date.now() + 60_000) } = behaviour;
          const url = new URL(`http://127.0.0.1:${port}/${id}/${key}${query}`);
          return behaviour.gives === false ? undefined : { url, expires };
        },
      };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  storage: Storage,
  key: string,
  behaviour: HostBehaviour,
): Promise<void> {
  const { ranges = true, served } = behaviour;
  const match = ranges ? /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") : null;
  const range = match === null ? undefined : { start: Number(match[1]), end: Number(match[2]) };
  const result = await storage.read(key, { range });
  if (result === undefined) {
    response.writeHead(404).end();
    return;
  }
  const { size } = result.info;
  response.writeHead(range === undefined ? 200 : 206, {
    "content-type": behaviour.contentType ?? result.info.contentType,
    "content-length": range === undefined ? size : range.end - range.start + 1,
    ...(range && { "content-range": `bytes ${range.start}-${range.end}/${size}` }),
  });
  await pipeline(Readable.from(result.body), response);
  await served?.(key);
}
