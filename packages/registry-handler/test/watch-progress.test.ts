import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { heldBytes } from "../src/faces/held-bytes.ts";
import { watchProgress } from "../src/faces/watch-progress.ts";

const idleTimeout = 1000;
/** More than two kernels take. */
const much = Buffer.alloc(32 * 1024 * 1024);

let client: Socket;
let server: Socket;
const onStall = vi.fn<() => void>();

beforeEach(async () => {
  const connected = Promise.withResolvers<Socket>();
  const listener = createServer(connected.resolve).listen(0, "127.0.0.1");
  await once(listener, "listening");
  client = connect((listener.address() as AddressInfo).port, "127.0.0.1");
  server = await connected.promise;
  listener.close();
  onStall.mockClear();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
  client.destroy();
  server.destroy();
});

const hasStalled = (): boolean => onStall.mock.calls.length > 0;

/** Lets half of the limit pass, and the look at its end come to its result. */
async function passHalf(): Promise<void> {
  vi.advanceTimersByTime(idleTimeout / 2);
  while (vi.getTimerCount() === 0 && !hasStalled()) {
    await new Promise(setImmediate);
  }
}

/** Has the client read about as many bytes, and the kernel notice. */
async function take(bytes: number): Promise<void> {
  const before = await heldBytes(server);
  for (let left = bytes; left > 0;) {
    const chunk: unknown = client.read();
    if (chunk instanceof Uint8Array) {
      left -= chunk.length;
    } else {
      await once(client, "readable");
    }
  }
  while ((await heldBytes(server)) === before) {
    await new Promise(setImmediate);
  }
}

test("a client that takes nothing is noticed, once", async () => {
  server.write(much);
  watchProgress(server, idleTimeout, onStall);
  await passHalf();
  await passHalf();
  expect(onStall).not.toHaveBeenCalled();
  while (!hasStalled()) {
    await passHalf();
  }
  vi.advanceTimersByTime(idleTimeout * 10);
  expect(onStall).toHaveBeenCalledOnce();
});

test("a client that takes less than the system tells a socket of may go on", async () => {
  server.write(much);
  watchProgress(server, idleTimeout, onStall);
  await passHalf();
  const { writableLength } = server;
  for (let round = 0; round < 10; round += 1) {
    await take(200_000);
    await passHalf();
    await passHalf();
  }
  expect(server.writableLength).toBe(writableLength);
  expect(onStall).not.toHaveBeenCalled();
  while (!hasStalled()) {
    await passHalf();
  }
});

test("a client that waits for the server is not to blame", async () => {
  server.write("a little");
  watchProgress(server, idleTimeout, onStall);
  for (let round = 0; round < 10; round += 1) {
    await passHalf();
  }
  expect(onStall).not.toHaveBeenCalled();
});

test("a watch that is ended, or has no limit, leaves no timer", async () => {
  const endWatch = watchProgress(server, idleTimeout, onStall);
  await passHalf();
  expect(vi.getTimerCount()).toBe(1);
  endWatch();
  watchProgress(server, Number.POSITIVE_INFINITY, onStall);
  watchProgress(server, undefined, onStall);
  expect(vi.getTimerCount()).toBe(0);
});
