import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createNodeListener } from "@nixery/nixery/node";
import { errnoOf } from "@nixery/kit/errno-of";
import type { CommandContext, TextOutput } from "../command.ts";
import { ConfigError } from "../config-error.ts";
import { createLogger, type Logger } from "../log/logger.ts";
import { type PageOptions, servePage } from "./page.ts";
import { type OpenRegistry, openRegistry } from "../registry/open-registry.ts";
import { readConfig, type ServerConfig, type SourceConfig } from "../settings/read-config.ts";
import { version } from "../version.ts";

/**
 * Milliseconds that responses under way get once the server has to stop. Container engines kill
 * after ten seconds.
 */
const graceTime = 5_000;
/** Milliseconds that clients get to read that their build was cancelled. */
const lastResponses = 1_000;
/** Milliseconds; longer than load balancers keep idle connections, so that they use none being closed. */
const keepAliveTimeout = 75_000;

/** Runs the registry until `signal` aborts; then it sends the responses that it can, and resolves. */
export async function runServer({
  environment,
  stdout,
  stderr,
  signal,
}: CommandContext): Promise<void> {
  const config = readConfig(environment);
  const logger = openLogger(config, stderr);
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
  logger.info(`Serving ${source.name}.`, { storage: storage.name, version });
  stdout.write(`listening on ${url}\n`);
  if (!signal.aborted) {
    await once(signal, "abort");
  }
  logger.info("Stopping.");
  await close(server, registry);
  await registry.close();
}

/** The facts about the package set that the page shows, without its place on the server. */
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
  server.keepAliveTimeout = keepAliveTimeout;
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new ConfigError(
      `Cannot listen on ${host}:${port} (${errnoOf(error) ?? String(error)}). Choose another PORT or HOST.`,
    );
  }
  const address = server.address();
  const actual = typeof address === "object" && address !== null ? address.port : port;
  return `http://${host.includes(":") ? `[${host}]` : host}:${actual}`;
}

/** Lets responses finish; after the grace time, cancels builds, lets their clients read so, and cuts. */
async function close(server: Server, registry: OpenRegistry): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  let timer = setTimeout(() => {
    void registry.close();
    timer = setTimeout(() => server.closeAllConnections(), lastResponses);
  }, graceTime);
  await closed;
  clearTimeout(timer);
}

function openLogger(config: ServerConfig, stderr: TextOutput): Logger {
  return createLogger({
    format: config.logFormat ?? (stderr.isTTY === true ? "text" : "json"),
    write: (line) => stderr.write(`${line}\n`),
    version,
    debug: config.isDebug,
  });
}
