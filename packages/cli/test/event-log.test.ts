import { NixError } from "@nixery/nix";
import type { NixeryEvent } from "@nixery/nixery";
import { StorageError } from "@nixery/storage";
import { expect, it } from "vitest";
import { createEventLog } from "../src/log-event.ts";
import { createLogger } from "../src/logger.ts";

function epoch(): Date {
  return new Date(0);
}

function linesOf(...events: readonly NixeryEvent[]): string[] {
  const lines: string[] = [];
  const logger = createLogger({
    format: "text",
    write: (line) => lines.push(line),
    version: "1",
    now: epoch,
  });
  events.forEach(createEventLog(logger));
  return lines;
}

it("says where an image came from", () => {
  const event = { type: "image-answered", name: "shell/git", tag: "latest" } as const;
  expect(linesOf({ ...event, outcome: "built", duration: 12.4 })).toEqual([
    "00:00:00 INFO    shell/git:latest built duration=12",
  ]);
});

it("says why a package cannot be built, without a stack", () => {
  const error = new NixError("ERR_NIX_BUILD_FAILED", { message: "It is broken.", log: ["line"] });
  const event = { type: "build-failed", build: "1", image: "a", error, duration: 3 } as const;
  expect(linesOf(event)).toEqual([
    "00:00:00 WARNING cannot build a: It is broken. duration=3 log=[ 'line' ]",
  ]);
});

it("says what clients are not told", () => {
  const cause = new Error("ENOENT: no such file or directory, stat '/srv/packages'");
  const error = new NixError("ERR_NIX_SOURCE_UNAVAILABLE", { message: "It is not there.", cause });
  const event = { type: "build-failed", build: "1", image: "a", error, duration: 3 } as const;
  expect(linesOf(event).join("\n")).toMatch(/It is not there\. .*cause=.*'\/srv\/packages'/);
});

it("shows all of a defect", () => {
  const error = new Error("unforeseen");
  const event = { type: "build-failed", build: "1", image: "a", error, duration: 3 } as const;
  expect(linesOf(event).join("\n")).toMatch(/ERROR {3}cannot build a.*\n.*unforeseen\n +at /);
});

it("tells once of a failure that many waited for, and of the next one", () => {
  const full = new StorageError("ERR_STORAGE_FULL", {
    backend: "fs:/images",
    message: "fs:/images cannot write layers/a (ENOSPC): no space is left; free some",
  });
  const failed = {
    type: "build-failed",
    build: "1",
    image: "a",
    error: full,
    duration: 3,
  } as const;
  const url = "/v2/a/manifests/latest";
  const request = { type: "request-failed", method: "GET", url, during: "answer" } as const;
  const lines = linesOf(...[failed, { ...request, error: full }, { ...request, error: full }], {
    ...request,
    error: new Error("another"),
  });
  expect(lines.map((line) => line.split("\n", 1)[0])).toEqual([
    "00:00:00 ERROR   cannot build a duration=3",
    "00:00:00 ERROR   cannot answer GET /v2/a/manifests/latest",
  ]);
  expect(lines[0]).toContain("fs:/images cannot write layers/a (ENOSPC)");
});

it.each([
  ["WARNING", new NixError("ERR_NIX_SOURCE_UNAVAILABLE", { message: "Not now." })],
  ["ERROR", new NixError("ERR_NIX_NOT_INSTALLED", { message: "There is no Nix." })],
  ["ERROR", new NixError("ERR_NIX_UNAVAILABLE", { message: "There is no room." })],
  ["WARNING", Object.assign(new Error("They wait."), { code: "ERR_BUILDER_BUSY" })],
])("says with %s that a tag could not be looked up", (severity, error) => {
  const event = { type: "source-failed", source: "s", tag: "main", error, duration: 1 } as const;
  const [line = "", ...more] = linesOf(event);
  expect(line).toMatch(`${severity.padEnd(7)} cannot look up main`);
  expect(line).toContain(error.message);
  expect(more).toEqual([]);
});

it("keeps to itself that nobody waits for a build any more", () => {
  expect(linesOf({ type: "build-cancelled", build: "1", image: "a", duration: 1 })).toEqual([]);
});

it("does not take a client that stops reading for a defect", () => {
  const event = { type: "client-stalled", method: "GET", url: "/v2/a", userAgent: "a" } as const;
  expect(linesOf(event)).toEqual(["00:00:00 INFO    ended GET /v2/a: the client stopped reading"]);
});

it("keeps progress for debugging", () => {
  const event = { type: "nix-line", build: "1", image: "a", line: "building" } as const;
  expect(linesOf(event)).toEqual([]);
});
