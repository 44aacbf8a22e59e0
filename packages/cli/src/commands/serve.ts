import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import process from "node:process";
import { createNodeListener } from "@nixery/nixery/node";
import { ConfigError } from "./config-error.ts";
import type { ServerConfig, SourceConfig } from "./config.ts";
import { createLogger, type Logger } from "./logger.ts";
import { openRegistry, type OpenRegistry } from "./open-registry.ts";
import { servePage, type PageOptions } from "./page.ts";
import { version } from "./version.ts";

/**
 * Milliseconds that answers under way get to finish once the server was told to stop. Container
 * engines kill after ten seconds.
 */
const graceTime = 5_000;
/** Milliseconds that clients whose build was cancelled get to read so. */
const lastAnswers = 1_000;

/** Runs the registry until `signal` aborts; then answers what it can and resolves. */
export async function serve(config: ServerConfig, signal: AbortSignal): Promise<number> {
  const logger = openLogger(config);
  const registry = await openRegistry(config, { logger, signal });
  const { nixery, source, storage } = registry;
  const answer = createNodeListener(nixery.handler);
  const page = pageOptions(config.source);
  const server = createServer((request, response) => {
    if (isFrontPage(request)) {
      servePage(request, response, page);
      return;
    }
    answer(request, response);
  });
  const url = await listen(server, config);
  logger.info(`serving ${source.name}`, { storage: storage.name, version });
  process.stdout.write(`listening on ${url}\n`);
  if (!signal.aborted) {
    await once(signal, "abort");
  }
  logger.info("stopping");
  await close(server, registry);
  await registry.close();
  return 0;
}

/** What the page says of the package set; where it lies on the server is nobody's business. */
function pageOptions(source: SourceConfig): PageOptions {
  switch (source.kind) {
    case "channel":
      return { source: source.channel, tags: "a channel or a commit of nixpkgs", version };
    case "git":
      return { source: undefined, tags: "a branch, a tag or a commit", version };
    case "path":
      return { source: undefined, tags: undefined, version };
  }
}

function isFrontPage(request: IncomingMessage): boolean {
  const path = request.url?.split("?", 1)[0];
  return path === "/" && (request.method === "GET" || request.method === "HEAD");
}

async function listen(server: Server, { host, port }: ServerConfig): Promise<string> {
  // Longer than load balancers keep idle connections, so that they never use one being closed.
  server.keepAliveTimeout = 75_000;
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new ConfigError(
      `cannot listen on ${host}:${port} (${codeOf(error)}); choose another PORT or HOST`,
    );
  }
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  return `http://${host.includes(":") ? `[${host}]` : host}:${actual}`;
}

/** Lets answers finish; when the grace is over, cancels builds so that who waits is told, then cuts. */
async function close(server: Server, registry: OpenRegistry): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  let timer = setTimeout(() => {
    void registry.close();
    timer = setTimeout(() => server.closeAllConnections(), lastAnswers);
  }, graceTime);
  await closed;
  clearTimeout(timer);
}

function openLogger(config: ServerConfig): Logger {
  return createLogger({
    format: config.logFormat ?? (process.stderr.isTTY ? "text" : "json"),
    write: (line) => process.stderr.write(`${line}\n`),
    version,
    debug: config.debug,
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
