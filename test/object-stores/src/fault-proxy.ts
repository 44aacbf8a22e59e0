import * as http from "node:http";
import type { Duplex } from "node:stream";
import { type Fault, relay, type SeenRequest } from "./fault-relay.ts";
import { portOf } from "./server-process.ts";

export interface FaultProxy {
  readonly url: URL;
  /** Every request so far, in order. */
  readonly requests: readonly SeenRequest[];
  /** Faults that have not affected all their requests. */
  readonly pending: number;
  inject(fault: Fault): void;
  /** Resolves at the next request for which `when` is true. */
  next(when: (request: SeenRequest) => boolean): Promise<SeenRequest>;
  /** Resolves as soon as no request is in progress. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a proxy in front of the server at `target` that applies faults to requests. */
export async function startFaultProxy(target: URL): Promise<FaultProxy> {
  const faults = new Set<{ readonly fault: Fault; left: number }>();
  const requests: SeenRequest[] = [];
  const waiting = new Set<(request: SeenRequest) => void>();
  const idle = new Set<() => void>();
  const agent = new http.Agent({ keepAlive: true });
  let busy = 0;

  const server = http.createServer((incoming, response) => {
    busy += 1;
    response.once("close", () => {
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
    void relay(incoming, response, target, agent, met?.fault).catch(() => {
      response.destroy();
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
