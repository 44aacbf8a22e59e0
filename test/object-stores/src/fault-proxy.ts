import * as http from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { portOf } from "./server-process.ts";

/** A request as the proxy has seen it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** What goes wrong with a request. */
export type Fault = {
  readonly when: (request: SeenRequest) => boolean;
  /**
   * How many requests it meets.
   * @defaultValue 1
   */
  readonly times?: number | undefined;
} & (
  | {
      /** The proxy answers, and the server sees nothing. */
      readonly kind: "answer";
      readonly status: number;
      readonly body?: string | undefined;
      readonly headers?: Readonly<Record<string, string>> | undefined;
    }
  | {
      /** The connection breaks, nothing moves any more, or one bit arrives as another. */
      readonly kind: "cut" | "stall" | "corrupt";
      /** Whose body: the request's or the answer's. */
      readonly body: "upload" | "download";
      /** From which byte of it on, or which byte. */
      readonly at: number;
    }
  | {
      /**
       * `hold`: the server sees nothing, and no answer ever comes. `lose-answer`: the server does
       * what it is asked, and the connection breaks.
       */
      readonly kind: "hold" | "lose-answer";
    }
);

export interface FaultProxy {
  readonly url: URL;
  /** Every request so far, in order. */
  readonly requests: readonly SeenRequest[];
  /** Faults that have not met all their requests. */
  readonly pending: number;
  inject(fault: Fault): void;
  /** Resolves when a request that `when` knows comes next. */
  next(when: (request: SeenRequest) => boolean): Promise<SeenRequest>;
  /** Connections from clients on which a request is under way. */
  busy(): number;
  /** Resolves as soon as no request is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a proxy in front of the server at `target` that does harm where it is told to. */
export async function startFaultProxy(target: URL): Promise<FaultProxy> {
  const faults = new Set<{ readonly fault: Fault; left: number }>();
  const requests: SeenRequest[] = [];
  const waiting = new Set<(request: SeenRequest) => void>();
  const idle = new Set<() => void>();
  const agent = new http.Agent({ keepAlive: true });
  let busy = 0;

  const server = http.createServer((incoming, answer) => {
    busy += 1;
    answer.once("close", () => {
      busy -= 1;
      if (busy === 0) {
        for (const resolve of idle) {
          resolve();
        }
        idle.clear();
      }
    });
    const { method = "", url = "", headers } = incoming;
    const seen = { method, url, headers };
    requests.push(seen);
    for (const see of waiting) {
      see(seen);
    }
    const met = [...faults].find(({ fault }) => fault.when(seen));
    if (met !== undefined) {
      met.left -= 1;
      if (met.left === 0) {
        faults.delete(met);
      }
    }
    void relay(incoming, answer, target, agent, met?.fault).catch(() => {
      answer.destroy();
    });
  });
  const sockets = new Set<Duplex>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const port = portOf(server);
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    requests,
    get pending() {
      return faults.size;
    },
    inject(fault) {
      faults.add({ fault, left: fault.times ?? 1 });
    },
    next(when) {
      return new Promise((resolve) => {
        const see = (request: SeenRequest): void => {
          if (when(request)) {
            waiting.delete(see);
            resolve(request);
          }
        };
        waiting.add(see);
      });
    },
    busy: () => busy,
    idle() {
      return busy === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            idle.add(resolve);
          });
    },
    async stop() {
      agent.destroy();
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function relay(
  incoming: http.IncomingMessage,
  answer: http.ServerResponse,
  target: URL,
  agent: http.Agent,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === "answer") {
    incoming.resume();
    answer.writeHead(fault.status, { ...fault.headers });
    answer.end(fault.body ?? "");
    return;
  }
  if (fault?.kind === "hold") {
    incoming.resume();
    return;
  }
  // The client's Host stays: signatures are over it, and servers build their URLs from it.
  const outgoing = http.request(new URL(incoming.url ?? "/", target), {
    method: incoming.method ?? "GET",
    headers: incoming.headers,
    agent,
  });
  outgoing.on("error", () => answer.destroy());
  answer.once("close", () => {
    if (!answer.writableFinished) {
      outgoing.destroy();
    }
  });
  const arrived = new Promise<http.IncomingMessage>((resolve) => {
    outgoing.once("response", resolve);
  });
  const upload = pipeline(incoming, harmed("upload", fault), outgoing).catch(() => {
    outgoing.destroy();
    answer.destroy();
  });
  const response = await arrived;
  if (fault?.kind === "lose-answer") {
    await upload;
    response.resume();
    answer.destroy();
    return;
  }
  answer.writeHead(response.statusCode ?? 502, response.rawHeaders);
  await pipeline(response, harmed("download", fault), answer);
}

/** A step of a pipeline that does to a body what `fault` says. */
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
          // What still comes is read, or nobody would notice that the sender has gone.
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
