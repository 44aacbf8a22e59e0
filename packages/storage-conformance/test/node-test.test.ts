import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { conformanceGroups } from "@nixery/storage-conformance";

const capabilities: ReadonlySet<string> = new Set(["create", "remove-version", "replace"]);

const cases = conformanceGroups
  .flatMap((group) => group.cases)
  .filter(({ needs = [] }) => needs.every((one) => capabilities.has(one))).length;

/** What node:test says of a file below `runners`. */
async function runNodeTest(
  file: string,
): Promise<{ readonly passed: number; readonly failed: number; readonly code: unknown }> {
  const path = fileURLToPath(new URL(`runners/${file}`, import.meta.url));
  const args = ["--conditions=@nixery/source", "--test", "--test-reporter=tap", path];
  const { stdout, code } = await new Promise<{ stdout: string; code: unknown }>((resolve) => {
    execFile(process.execPath, args, { maxBuffer: 2 ** 24 }, (error, text) => {
      resolve({ stdout: text, code: error?.code ?? 0 });
    });
  });
  const count = (name: string): number =>
    Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(stdout)?.[1]);
  return { passed: count("pass"), failed: count("fail"), code };
}

describe("under node:test", () => {
  test("every case passes on the memory backend", { timeout: 60_000 }, async () => {
    expect(await runNodeTest("sound.ts")).toEqual({ passed: cases, failed: 0, code: 0 });
  });

  test("a broken backend fails", { timeout: 60_000 }, async () => {
    const { passed, failed, code } = await runNodeTest("broken.ts");
    expect(passed + failed).toBe(cases);
    expect(failed).toBeGreaterThan(0);
    expect(code).toBe(1);
  });
});
