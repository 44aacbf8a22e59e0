import { NixError } from "@nixery/nix";
import type { NixeryEvent } from "@nixery/nixery";
import { expect, it } from "vitest";
import { logEvent } from "../src/log-event.ts";
import { createLogger } from "../src/logger.ts";

function epoch(): Date {
  return new Date(0);
}

function linesOf(event: NixeryEvent): string[] {
  const lines: string[] = [];
  const logger = createLogger({
    format: "text",
    write: (line) => lines.push(line),
    version: "1",
    now: epoch,
  });
  logEvent(logger, event);
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

it("keeps progress for debugging", () => {
  const event = { type: "nix-line", build: "1", image: "a", line: "building" } as const;
  expect(linesOf(event)).toEqual([]);
});
