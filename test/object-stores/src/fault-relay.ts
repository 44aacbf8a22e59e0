import * as http from "node:http";
import { pipeline } from "node:stream/promises";

/** A request that the proxy received. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** A failure of a request. */
export type Fault = {
  when(request: SeenRequest): boolean;
  /**
   * The number of requests that it affects.
   * @defaultValue 1
   */
  readonly times?: number | undefined;
} & (
  | {
      /** The proxy responds, and the server gets nothing. */
      readonly kind: "respond";
      readonly status: number;
      readonly body?: string | undefined;
      readonly headers?: Readonly<Record<string, string>> | undefined;
    }
  | {
      /** The connection breaks, stalls, or one bit arrives as another. */
      readonly kind: "cut" | "stall" | "corrupt";
      /** The body of the request or of the response. */
      readonly body: "upload" | "download";
      /** Offset of the first affected byte. */
      readonly at: number;
    }
  | {
      /**
       * `hold`: the server gets nothing, and no response is ever sent. `lose-response`: the server
       * handles the request, and then the connection breaks.
       */
      readonly kind: "hold" | "lose-response";
    }
);

/** Passes a request on to the server at `target` and its response back, with `fault`. */
export async function relay(
  incoming: http.IncomingMessage,
  response: http.ServerResponse,
  target: URL,
  agent: http.Agent,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === "respond") {
    incoming.resume();
    response.writeHead(fault.status, { ...fault.headers });
    response.end(fault.body ?? "");
    return;
  }
  if (fault?.kind === "hold") {
    incoming.resume();
    return;
  }
  // With the client's Host: signatures cover it, and servers make their URLs of it.
  const outgoing = http.request(new URL(incoming.url ?? "/", target), {
    method: incoming.method ?? "GET",
    headers: incoming.headers,
    agent,
  });
  outgoing.on("error", () => response.destroy());
  response.once("close", () => {
    if (!response.writableFinished) {
      outgoing.destroy();
    }
  });
  const arrived = new Promise<http.IncomingMessage>((resolve) => {
    outgoing.once("response", resolve);
  });
  const upload = pipeline(incoming, harmed("upload", fault), outgoing).catch(() => {
    outgoing.destroy();
    response.destroy();
  });
  const received = await arrived;
  if (fault?.kind === "lose-response") {
    await upload;
    received.resume();
    response.destroy();
    return;
  }
  response.writeHead(received.statusCode ?? 502, received.rawHeaders);
  await pipeline(received, harmed("download", fault), response);
}

/** A step of a pipeline that applies `fault` to a body. */
function harmed(
  direction: "download" | "upload",
  fault: Fault | undefined,
): (body: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* harm(body) {
    let left =
      fault !== undefined && "at" in fault && fault.body === direction ? fault.at : Infinity;
    for await (const chunk of body) {
      if (left < chunk.byteLength) {
        yield chunk.subarray(0, left);
        if (fault?.kind === "cut") {
          throw new Error("cut");
        }
        if (fault?.kind === "stall") {
          // The rest is read, or the proxy would not notice that the sender disconnects.
          for await (const _ of body) {
            // Lost.
          }
          await new Promise(() => undefined);
        }
        const changed = Buffer.from(chunk.subarray(left));
        changed.writeUInt8(changed.readUInt8(0) ^ 1);
        yield changed;
        left = Infinity;
      } else {
        yield chunk;
        left -= chunk.byteLength;
      }
    }
  };
}
