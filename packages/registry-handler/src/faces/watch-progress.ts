import type { Socket } from "node:net";
import { isTimeLimit } from "@nixery/kit/time-limit";
import { heldBytes } from "./held-bytes.ts";

/** The part of a socket that shows its progress. */
type Progress = Pick<Socket, "bytesWritten" | "writableLength" | "localPort" | "remotePort">;

/**
 * Calls `onStall` once the other end of `socket` has read nothing for `idleTimeout` milliseconds and
 * at most half as long again, while data waits to be sent. The returned function stops the watch.
 *
 * A socket drains only after a third of the kernel's send buffer is free, which is more than a
 * megabyte on a fast network: a slow client would look stalled for minutes. So the kernel's queue
 * counts too, to the byte; where the system does not show it, only written chunks count.
 */
export function watchProgress(
  socket: Progress | null,
  idleTimeout: number | undefined,
  onStall: () => void,
): () => void {
  if (socket === null || idleTimeout === undefined || !isTimeLimit(idleTimeout)) {
    return () => {};
  }
  let [before, quietLooks, hasEnded] = ["", 0, false];
  const look = async (): Promise<void> => {
    const now = await positionOf(socket);
    if (hasEnded) {
      return;
    }
    quietLooks = now === before && socket.writableLength > 0 ? quietLooks + 1 : 0;
    before = now;
    if (quietLooks === 2) {
      onStall();
    } else {
      timer = setTimeout(look, idleTimeout / 2);
    }
  };
  let timer = setTimeout(look, idleTimeout / 2);
  return () => {
    hasEnded = true;
    clearTimeout(timer);
  };
}

/** Changes when the other end has read something. */
async function positionOf(socket: Progress): Promise<string> {
  const held = socket.writableLength > 0 ? await heldBytes(socket) : 0;
  return [socket.bytesWritten, socket.writableLength, held].join(" ");
}
