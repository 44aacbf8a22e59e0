import { getEventListeners } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { createReader, type OpenBody, readText } from "@nixery/binary-cache";
import { type Fault, startFlakyServer } from "./support/flaky-server.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";

const text = async (body: OpenBody): Promise<string> => await readText(body, 1000);

test.each<Fault>(["500", "503", "429", "reset", "cut", "cut-chunked", "late"])(
  "reads a file again from the start after %s",
  async (fault) => {
    const reasons: string[] = [];
    await using server = await startFlakyServer({
      files: new Map([["/a", "hello"]]),
      fault: (_, attempt) => (attempt === 1 ? fault : undefined),
    });
    const reader = createReader({ retryDelay: 1, onRetry: (reason) => reasons.push(reason) });
    expect(await reader.open(new URL(`${server.url}/a`), text)).toBe("hello");
    expect(server.faults.get(fault)).toBe(1);
    expect(reasons).toHaveLength(fault === "late" ? 0 : 1);
  },
);

test("keeps connections open", async () => {
  await using server = await startFlakyServer({ files: new Map([["/a", "hello"]]) });
  const reader = createReader();
  for (let count = 0; count < 20; count += 1) {
    await reader.open(new URL(`${server.url}/a`), text);
  }
  expect(server.requests.get("/a")).toBe(20);
  // A connection is free again a moment after its body is read.
  expect(server.connections()).toBeLessThan(5);
});

test.each([403, 404, 410])("status %d means that there is no file", async (status) => {
  await using server = await startFlakyServer({
    files: new Map(),
    handle: (_, response) => {
      response.writeHead(status).end("no");
      return true;
    },
  });
  expect(await createReader().open(new URL(server.url), text)).toBeUndefined();
});

test("fails after the last attempt with the location and the reason", async () => {
  await using server = await startFlakyServer({ files: new Map(), fault: () => "503" });
  const reader = createReader({ maxAttempts: 3, retryDelay: 1 });
  await expect(reader.open(new URL(`${server.url}/a?token=s3cret`), text)).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_UNAVAILABLE",
    message: `Reading "${server.url}/a" failed after 3 attempts (HTTP status 503). Try again later.`,
  });
  expect(server.requests.get("/a")).toBe(3);
});

test("fails when no data arrives", async () => {
  await using server = await startFlakyServer({ files: new Map(), fault: () => "silent" });
  const reader = createReader({ maxAttempts: 2, retryDelay: 1, idleTimeout: 50 });
  await expect(reader.open(new URL(server.url), text)).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_UNAVAILABLE",
    message: expect.stringContaining("failed after 2 attempts (no data for 0.05 s)"),
  });
});

test("fails at the deadline while data arrives", async () => {
  await using server = await startFlakyServer({
    files: new Map(),
    handle: (_, response) => {
      const timer = setInterval(() => response.write(" "), 5);
      response.once("close", () => clearInterval(timer));
      return true;
    },
  });
  const reader = createReader({ maxAttempts: 1, idleTimeout: 10_000, deadline: 100 });
  await expect(reader.open(new URL(server.url), text)).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_UNAVAILABLE",
    message: expect.stringContaining("failed after 1 attempt (not complete after 0.1 s)"),
  });
});

test("rejects a body that is too large, at once", async () => {
  await using server = await startFlakyServer({ files: new Map([["/a", "x".repeat(1001)]]) });
  await expect(createReader().open(new URL(`${server.url}/a`), text)).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_TOO_LARGE",
    message: `The file "${server.url}/a" is larger than 1000 bytes. Check its URL.`,
  });
  expect(server.requests.get("/a")).toBe(1);
});

test("passes an error of the caller on, at once", async () => {
  await using server = await startFlakyServer({ files: new Map([["/a", "hello"]]) });
  const error = new TypeError("defect");
  const use = (): Promise<never> => Promise.reject(error);
  await expect(createReader().open(new URL(`${server.url}/a`), use)).rejects.toBe(error);
  expect(server.requests.get("/a")).toBe(1);
});

test("sends credentials as Basic, and shows them in no message", async () => {
  const seen: (string | undefined)[] = [];
  await using server = await startFlakyServer({
    files: new Map(),
    handle: (request, response) => {
      seen.push(request.headers.authorization, request.headers["accept-encoding"]);
      response.writeHead(401).end();
      return true;
    },
  });
  const url = new URL(`${server.url.replace("//", "//me:s3cret@")}/a?token=s3cret`);
  await expect(createReader().open(url, text)).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_UNAVAILABLE",
    message: `Reading "${server.url}/a" failed with HTTP status 401. Check the URL and its credentials.`,
  });
  expect(seen).toEqual([`Basic ${Buffer.from("me:s3cret").toString("base64")}`, "identity"]);
});

test("an abort rejects with its reason, closes the request and leaves no listener", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const closed = Promise.withResolvers<void>();
  await using server = await startFlakyServer({
    files: new Map(),
    handle: (_, response) => {
      response.write("hello");
      response.once("close", () => closed.resolve());
      controller.abort(reason);
      return true;
    },
  });
  const reading = createReader().open(new URL(server.url), text, controller);
  await expect(reading).rejects.toBe(reason);
  await closed.promise;
  expect(getEventListeners(controller.signal, "abort")).toEqual([]);
});

test("reads files, and distinguishes a missing one from an unreadable one", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "a");
  await writeFile(file, "hello");
  const reader = createReader();
  expect(await reader.open(pathToFileURL(file), text)).toBe("hello");
  expect(await reader.open(pathToFileURL(`${file}b`), text)).toBeUndefined();
  await expect(reader.open(pathToFileURL(directory.path), text)).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_UNAVAILABLE",
    message: expect.stringMatching(/^Reading ".*" failed \(EISDIR.*\)\. Check/),
  });
});

test.each([0, -1, 1.5, Number.NaN])("rejects %d attempts", (maxAttempts) => {
  expect(() => createReader({ maxAttempts })).toThrow(
    expect.objectContaining({ code: "ERR_BINARY_CACHE_INVALID_OPTION" }),
  );
});
