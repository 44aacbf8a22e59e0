import { format } from "node:util";
import createDebug from "debug";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createEmit } from "@nixery/kit/create-emit";
import { failOnUnhandledRejections } from "./support/unhandled.ts";

failOnUnhandledRejections();

/** The lines of the debug log of a namespace. */
function captureLog(namespace: string): string[] {
  const lines: string[] = [];
  createDebug.log = (...line: unknown[]) => void lines.push(format(...line));
  createDebug.enable(namespace);
  return lines;
}

const { log } = createDebug;

afterEach(() => {
  createDebug.disable();
  createDebug.log = log;
});

describe("createEmit", () => {
  test("reports to onEvent at once, and in order", () => {
    const events: unknown[] = [];
    const emit = createEmit("test:order", (event) => void events.push(event));
    emit({ type: "one" });
    emit({ type: "two" });
    expect(events).toEqual([{ type: "one" }, { type: "two" }]);
  });

  test("writes to the debug log, with and without onEvent", () => {
    const lines = captureLog("test:log");
    createEmit("test:log", undefined)({ type: "started" });
    createEmit("test:other", undefined)({ type: "hidden" });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("started");
  });

  test.each([
    ["throws", () => JSON.parse("{")],
    ["rejects", async () => await Promise.reject(new SyntaxError("rejected"))],
  ])("survives an onEvent that %s, and writes the error to the debug log", async (_, onEvent) => {
    const lines = captureLog("test:failing");
    const emit = createEmit<{ type: string }>("test:failing", onEvent);
    emit({ type: "started" });
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(lines[1]).toContain("onEvent failed at started: SyntaxError");
  });
});
