import { describe, expect, it } from "vitest";
import { createLogger, type Logger, type LoggerOptions } from "../src/log/logger.ts";

function collect(format: LoggerOptions["format"]): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = createLogger({
    format,
    write: (line) => lines.push(line),
    version: "1.2.3",
    now: () => new Date("2026-01-02T03:04:05.678Z"),
  });
  return { logger, lines };
}

describe("as JSON", () => {
  it("writes an entry that Cloud Logging understands", () => {
    const { logger, lines } = collect("json");
    logger.info("built", { duration: 12 });
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { severity: "INFO", message: "built", timestamp: "2026-01-02T03:04:05.678Z", duration: 12 },
    ]);
  });

  it("writes errors as Error Reporting events", () => {
    const { logger, lines } = collect("json");
    logger.error("failed", new Error("no space", { cause: new Error("ENOSPC") }));
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      "@type": expect.stringContaining("ReportedErrorEvent"),
      serviceContext: { service: "nixery", version: "1.2.3" },
      error: expect.stringMatching(/no space[^]*ENOSPC/),
    });
  });

  it.each([
    ["a string", "boom"],
    ["nothing", undefined],
    ["an object without a prototype", Object.create(null)],
    [
      "an object that fights back",
      {
        get message() {
          throw new Error("no");
        },
      },
    ],
    ["a revoked proxy", revokedProxy()],
  ])("survives that %s was thrown", (_, thrown) => {
    const { logger, lines } = collect("json");
    logger.error("failed", thrown);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ severity: "ERROR", message: "failed" });
  });

  it("survives fields that are no JSON", () => {
    const { logger, lines } = collect("json");
    logger.info("odd", { size: 1n });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ message: "odd" });
  });

  it("keeps an entry on one line", () => {
    const { logger, lines } = collect("json");
    logger.info("two\nlines");
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain("\n");
  });
});

describe("as text", () => {
  it("writes for people", () => {
    const { logger, lines } = collect("text");
    logger.info("shell/git built", { layers: 12 });
    expect(lines).toEqual(["03:04:05 INFO    shell/git built layers=12"]);
  });

  it("indents what was thrown", () => {
    const { logger, lines } = collect("text");
    logger.warning("odd", new Error("no space"));
    expect(lines[0]).toMatch(/^03:04:05 WARNING odd\n {2}Error: no space\n {2} +at /);
  });
});

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
