import { readFile } from "node:fs/promises";

/** The two ports of a connection. */
export interface Ports {
  readonly localPort?: number | undefined;
  readonly remotePort?: number | undefined;
}

const tables = ["/proc/net/tcp", "/proc/net/tcp6"];

/**
 * Bytes in the kernel's send queue that the other end of a connection has not acknowledged;
 * `undefined` where the system does not show them. Connections between the same two ports of
 * different addresses are counted together.
 */
export async function heldBytes({ localPort, remotePort }: Ports): Promise<number | undefined> {
  if (localPort === undefined || remotePort === undefined) {
    return undefined;
  }
  const lines = await Promise.all(tables.map((table) => readFile(table, "latin1").catch(() => "")));
  // proc_net(5): local and remote address, state, then the queues, all in hexadecimal digits.
  const row = new RegExp(
    String.raw`:${hex(localPort)} [\dA-F]+:${hex(remotePort)} \w+ ([\dA-F]+):`,
    "g",
  );
  const queues = [...lines.join("").matchAll(row)].map(([, queue = ""]) => parseInt(queue, 16));
  return queues.length === 0 ? undefined : queues.reduce((sum, queue) => sum + queue);
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}
