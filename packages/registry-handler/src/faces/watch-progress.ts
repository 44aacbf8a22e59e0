import type { Socket } from "node:net";
import { isLimit } from "./delay.ts";
import { heldBytes } from "./held-bytes.ts";

/** What is to be known of a socket. */
type Progress = Pick<Socket, "bytesWritten" | "writableLength" | "localPort" | "remotePort">;

/**
 * Calls `onStall` once the other end of `socket` has taken nothing for `idleTimeout` milliseconds
 * and at most half as long again, while something waits to be sent. The function it returns ends
 * the watch.
 *
 * A socket asks for more only when a third of what the kernel holds for it has gone, which is more
 * than a megabyte on a fast network: a slow client would seem to stand still for minutes. So the
 * kernel is asked too, and every byte that it has got rid of counts; where it does not tell, a chunk
 * that was written does.
 */
export function watchProgress(
  socket: Progress | null,
  idleTimeout: number | undefined,
  onStall: () => void,
): () => void {
  if (socket === null || idleTimeout === undefined || !isLimit(idleTimeout)) {
    return () => {};
  }
  let [before, quietLooks, ended] = ["", 0, false];
  const look = async (): Promise<void> => {
    const now = await positionOf(socket);
    if (ended) {
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
    ended = true;
    clearTimeout(timer);
  };
}

/** Changes when the other end has taken something. */
async function positionOf(socket: Progress): Promise<string> {
  const held = socket.writableLength > 0 ? await heldBytes(socket) : 0;
  return [socket.bytesWritten, socket.writableLength, held].join(" ");
}
