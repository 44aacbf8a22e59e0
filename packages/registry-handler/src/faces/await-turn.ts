import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Waiting requests of each connection. */
const waiting = new WeakMap<Socket, number>();

/**
 * Resolves when the responses to all earlier requests of the connection are sent. Requests may be
 * pipelined; each is answered, and its blob opened, in turn. While any is waiting, the connection is
 * not read: a request takes a hundred times the memory of its bytes.
 */
export async function awaitTurn(
  { socket }: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (response.socket !== null) {
    return;
  }
  waiting.set(socket, (waiting.get(socket) ?? 0) + 1);
  try {
    // Node resumes the socket after each request that it parses, so pause it after the last.
    queueMicrotask(() => {
      if (response.socket === null) {
        socket.pause();
      }
    });
    await once(response, "socket", { signal });
  } finally {
    const left = (waiting.get(socket) ?? 1) - 1;
    waiting.set(socket, left);
    if (left === 0) {
      socket.resume();
    }
  }
}
