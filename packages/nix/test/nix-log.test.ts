import { describe, expect, test } from "vitest";
import { createNixLog } from "../src/evaluate/nix-log.ts";

const derivation = "/nix/store/bbwqjbqds4qlig8w3vms99g6a0fmpn6f-fail-1.drv";

function event(fields: Readonly<Record<string, unknown>>): string {
  return `@nix ${JSON.stringify(fields)}`;
}

/** Recorded from Nix 2.8; Nix 2.34 adds `parent`. */
const building = event({
  action: "start",
  fields: [derivation, "", 1, 1],
  id: 37396280246277,
  level: 3,
  text: `building '${derivation}'`,
  type: 105,
});

describe("createNixLog", () => {
  test("has the lines that a terminal would show, each once", () => {
    const shown: string[] = [];
    const log = createNixLog({ maxLines: 10, onLine: (line) => shown.push(line) });
    const lines = [
      event({ action: "msg", level: 3, msg: "this derivation will be built:" }),
      event({ action: "msg", level: 4, msg: "\u001B[35;1mwarning:\u001B[0m colours\r\nof two" }),
      event({ action: "start", id: 1, level: 6, text: "querying info about paths", type: 0 }),
      event({ action: "start", id: 2, level: 0, text: "", type: 104 }),
      event({ action: "result", fields: [0, 1, 0, 0], id: 2, type: 105 }),
      building,
      event({ action: "result", fields: ["compiling"], id: 37396280246277, type: 101 }),
      event({ action: "stop", id: 37396280246277 }),
      event({
        action: "msg",
        level: 1,
        msg: "warning: you did not specify '--add-root'; the result might be removed",
      }),
      event({ action: "msg", level: 3, msg: "trace: nixery-package: git" }),
      "a line without JSON",
      "@nix {broken",
    ];
    for (const line of lines) {
      log.push(line);
    }
    expect(shown).toEqual([
      "this derivation will be built:",
      "warning: colours",
      "of two",
      `building '${derivation}'`,
      "compiling",
      "a line without JSON",
      "@nix {broken",
    ]);
    expect(log.tail()).toEqual(shown);
    expect(log.mark()).toBe("git");
    expect(log.errors()).toEqual([]);
  });

  test("keeps errors without colours, source excerpts and traces", () => {
    const log = createNixLog({ maxLines: 10 });
    log.push(
      event({
        action: "msg",
        column: 47,
        file: "/set.nix:10:47",
        level: 0,
        line: 10,
        msg: "\u001B[31;1merror:\u001B[0m attribute '\u001B[35;1mx\u001B[0m' missing\n  10|  …",
        raw_msg: "attribute '\u001B[35;1mx\u001B[0m' missing",
      }),
    );
    log.push(event({ action: "msg", level: 1, msg: "warning: x", raw_msg: "x" }));
    log.push("error: before the log format was set");
    expect(log.errors().map(({ message }) => message)).toEqual([
      "attribute 'x' missing",
      "before the log format was set",
    ]);
    expect(log.tail().slice(0, 2)).toEqual(["error: attribute 'x' missing", "at /set.nix:10"]);
  });

  test("keeps a builder's last lines", () => {
    const log = createNixLog({ maxLines: 3 });
    log.push(building);
    for (let line = 1; line <= 50; line++) {
      log.push(
        event({ action: "result", fields: [`line ${line}`], id: 37396280246277, type: 101 }),
      );
    }
    log.push(event({ action: "result", fields: ["of another"], id: 5, type: 101 }));
    expect(log.builderTail(derivation)).toHaveLength(10);
    expect(log.builderTail(derivation).at(-1)).toBe("line 50");
    expect(log.builderTail("/nix/store/other.drv")).toEqual([]);
    expect(log.tail()).toEqual(["line 49", "line 50", "of another"]);
  });

  test("is bounded for any output", () => {
    const log = createNixLog({ maxLines: 5 });
    for (let build = 0; build < 1000; build++) {
      const path = `/nix/store/${build}.drv`;
      log.push(event({ action: "start", fields: [path], id: build, type: 105 }));
      log.push(event({ action: "result", fields: ["x".repeat(5000)], id: build, type: 101 }));
      log.push(event({ action: "msg", level: 0, msg: "", raw_msg: "y".repeat(50_000) }));
    }
    expect(log.errors()).toHaveLength(20);
    expect(log.errors().every(({ message }) => message.length <= 8000)).toBe(true);
    expect(log.tail().every((line) => line.length <= 1001)).toBe(true);
    expect(log.builderTail("/nix/store/0.drv")).toEqual([]);
    expect(log.builderTail("/nix/store/999.drv")).toHaveLength(1);
  });
});
