import type { NixeryEvent } from "@nixery/nixery";
import { PackageSourceError } from "@nixery/package-source";
import { StorageError } from "@nixery/storage";
import { expect, it } from "vitest";
import { createEventLog } from "../src/log/event-log.ts";
import { createLogger } from "../src/log/logger.ts";

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

it("logs where an image came from", () => {
  const event = { type: "image-answered", name: "shell/git", tag: "latest" } as const;
  expect(linesOf({ ...event, outcome: "built", digest: "sha256:a", duration: 12.4 })).toEqual([
    "00:00:00 INFO    Built shell/git:latest. digest=sha256:a duration=12",
  ]);
});

it("logs why a package cannot be built, without a stack", () => {
  const error = new PackageSourceError("ERR_PACKAGE_SOURCE_BUILD_FAILED", {
    message: "It is broken.",
    log: ["line"],
  });
  const event = { type: "build-failed", build: "1", image: "a", error, duration: 3 } as const;
  expect(linesOf(event)).toEqual([
    "00:00:00 WARNING Building a failed. It is broken. duration=3 log=[ 'line' ]",
  ]);
});

it("logs the details that are hidden from clients", () => {
  const cause = new Error("ENOENT: no such file or directory, stat '/srv/packages'");
  const error = new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", {
    message: "It is not there.",
    cause,
  });
  const event = { type: "build-failed", build: "1", image: "a", error, duration: 3 } as const;
  expect(linesOf(event).join("\n")).toMatch(/It is not there\. .*cause=.*'\/srv\/packages'/);
});

it("shows all of a defect", () => {
  const error = new Error("unforeseen");
  const event = { type: "build-failed", build: "1", image: "a", error, duration: 3 } as const;
  expect(linesOf(event).join("\n")).toMatch(/ERROR {3}Building a failed\..*\n.*unforeseen\n +at /);
});

it("logs a failure of several requests once, and the next failure", () => {
  const full = new StorageError("ERR_STORAGE_FULL", {
    backend: "fs:/images",
    message: "Writing blobs/a to fs:/images failed (ENOSPC). Free some space.",
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
    "00:00:00 ERROR   Building a failed. duration=3",
    "00:00:00 ERROR   Answering GET /v2/a/manifests/latest failed.",
  ]);
  expect(lines[0]).toContain("Writing blobs/a to fs:/images failed (ENOSPC)");
});

it.each([
  ["WARNING", new PackageSourceError("ERR_PACKAGE_SOURCE_UNAVAILABLE", { message: "Not now." })],
  [
    "ERROR",
    new PackageSourceError("ERR_PACKAGE_SOURCE_NOT_WORKING", { message: "Nix is not installed." }),
  ],
  [
    "ERROR",
    new PackageSourceError("ERR_PACKAGE_SOURCE_NO_RESOURCES", { message: "There is no room." }),
  ],
  ["WARNING", Object.assign(new Error("They wait."), { code: "ERR_BUILDER_BUSY" })],
])("logs with %s that a tag could not be looked up", (severity, error) => {
  const event = { type: "source-failed", source: "s", tag: "main", error, duration: 1 } as const;
  const [line = "", ...more] = linesOf(event);
  expect(line).toMatch(`${severity.padEnd(7)} Looking up main failed.`);
  expect(line).toContain(error.message);
  expect(more).toEqual([]);
});

it("does not log a build without clients", () => {
  expect(linesOf({ type: "build-aborted", build: "1", image: "a", duration: 1 })).toEqual([]);
});

it("logs a client that stops reading as information", () => {
  const event = { type: "client-stalled", method: "GET", url: "/v2/a", userAgent: "a" } as const;
  expect(linesOf(event)).toEqual(["00:00:00 INFO    Ended GET /v2/a: the client stopped reading."]);
});

it("logs progress for debugging alone", () => {
  const event = { type: "nix-line", build: "1", image: "a", line: "building" } as const;
  expect(linesOf(event)).toEqual([]);
});
