import { request as httpRequest, type Server } from "node:http";
import { connect, type Socket } from "node:net";

export interface TestRequest {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

export interface TestResponse {
  readonly status: number;
  /** By lowercase name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** A registry that can be asked. */
export interface TestServer {
  /** Sends `target` as it is, and rejects when the body is cut off. */
  request(target: string, request?: TestRequest): Promise<TestResponse>;
  close(): Promise<void>;
}

/** A registry behind a socket. */
export interface SocketServer extends TestServer {
  readonly port: number;
}

/** Listens on a free port of the loopback interface. */
export async function listen(server: Server): Promise<SocketServer> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("no port");
  }
  return socketServer(address.port, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
}

export function socketServer(port: number, close: () => Promise<void>): SocketServer {
  return { port, close, request: (target, request) => requestOver(port, target, request) };
}

function requestOver(
  port: number,
  path: string,
  { method = "GET", headers = {}, body }: TestRequest = {},
): Promise<TestResponse> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, path, method, headers, agent: false });
    request.once("error", reject).once("response", (response) => {
      const chunks: Uint8Array[] = [];
      response
        .on("data", (chunk: Uint8Array) => chunks.push(chunk))
        .once("error", reject)
        .once("end", () => {
          const fields = Object.entries(response.headers).map(([name, value]) => [
            name,
            String(value),
          ]);
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(fields),
            body: Buffer.concat(chunks),
          });
        });
    });
    request.end(body);
  });
}

/** Opens a connection and sends `text` on it, byte for byte. */
export async function open(port: number, text: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve, reject) => {
    socket.once("connect", resolve).once("error", reject);
  });
  socket.write(text, "latin1");
  return socket;
}

/** Everything that the server says on a connection until it closes it. */
export async function converse(port: number, text: string): Promise<string> {
  const socket = await open(port, text);
  const chunks: Uint8Array[] = [];
  for await (const chunk of socket as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("latin1");
}
