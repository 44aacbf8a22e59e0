import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";

export interface GitServerOptions {
  /** Directory with the repositories. */
  readonly root: string;
  /** `user:password` that clients must give. */
  readonly credentials?: string;
  /** Version 2 sends any object; version 0 only commits that have a name. */
  readonly protocol?: 0 | 2;
  /** Serves the files as they are, as any web server does after `git update-server-info`. */
  readonly isDumb?: boolean;
  onRequest?(request: IncomingMessage): void | Promise<void>;
}

/** git's smart HTTP protocol, spoken by git-http-backend(1). */
export interface GitServer {
  readonly url: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export async function createGitServer(options: GitServerOptions): Promise<GitServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    void answer(request, response, options).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: GitServerOptions,
): Promise<void> {
  await options.onRequest?.(request);
  const expected = options.credentials && Buffer.from(options.credentials).toString("base64");
  if (expected !== undefined && request.headers.authorization !== `Basic ${expected}`) {
    response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end();
    return;
  }
  const url = new URL(request.url ?? "/", "http://localhost");
  if (options.isDumb) {
    await answerFile(url, response, options.root);
  } else {
    await answerBackend(url, request, response, options);
  }
}

async function answerFile(url: URL, response: ServerResponse, root: string): Promise<void> {
  const content = await readFile(join(root, url.pathname)).catch(() => undefined);
  response.writeHead(content ? 200 : 404).end(content);
}

/** The Common Gateway Interface (RFC 3875), as far as git uses it. */
async function answerBackend(
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  { root, protocol = 2 }: GitServerOptions,
): Promise<void> {
  const backend = spawn("git", ["http-backend"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: {
      PATH: process.env["PATH"],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
      ...(protocol === 2 ? { GIT_PROTOCOL: "version=2" } : {}),
    },
  });
  void pipeline(request, backend.stdin).catch(() => undefined);
  const output = await buffer(backend.stdout);
  const end = output.indexOf("\r\n\r\n");
  for (const line of output.subarray(0, end).toString("latin1").split("\r\n")) {
    const [name, value] = [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)];
    if (name === "Status") {
      response.statusCode = Number.parseInt(value, 10);
    } else if (name !== "") {
      response.setHeader(name, value.trim());
    }
  }
  response.end(output.subarray(end + 4));
}
