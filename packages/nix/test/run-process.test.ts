import { describe, expect, test } from "vitest";
import {
  maxLineLength,
  runProcess,
  type ProcessOptions,
  type ProcessResult,
} from "../src/process/run-process.ts";

async function shell(
  script: string,
  options: Partial<ProcessOptions> = {},
): Promise<ProcessResult> {
  return await runProcess("/bin/sh", ["-c", script], {
    environment: { PATH: "/usr/bin:/bin" },
    maxOutputBytes: 1000,
    ...options,
  });
}

function broken(): void {
  throw new Error("broken callback");
}

describe("runProcess", () => {
  test("returns the exit code, the output, and lines of standard error", async () => {
    const lines: string[] = [];
    const onErrorLine = (line: string): void => void lines.push(line);
    const result = await shell("echo out; printf 'one\\ntwo \\n\\nthree' >&2; exit 3", {
      onErrorLine,
    });
    expect(result).toEqual({ exit: 3, stdout: "out\n" });
    expect(lines).toEqual(["one", "two", "", "three"]);
    expect(await shell("kill -9 $$")).toEqual({ exit: "SIGKILL", stdout: "" });
  });

  test("passes only the given environment", async () => {
    expect((await shell("env | grep -v -e PWD -e _= -e SHLVL")).stdout).toBe(
      "PATH=/usr/bin:/bin\n",
    );
  });

  test("cuts long lines", async () => {
    const lines: string[] = [];
    await shell("head -c 1000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo end >&2", {
      onErrorLine: (line) => void lines.push(line),
    });
    expect(lines.map((line) => line.length)).toEqual([maxLineLength, 3]);
  });

  test("ends a program that prints too much", async () => {
    await expect(shell("yes")).rejects.toThrow(RangeError);
  });

  test("does not wait for the background processes of a program", async () => {
    const { stdout } = await shell("sleep 9009 & echo $!");
    expect(process.kill(Number(stdout), "SIGKILL")).toBe(true);
  });

  test("kills a program that ignores SIGTERM", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = shell("trap '' TERM; echo ready >&2; while :; do sleep 1; done", {
      signal: controller.signal,
      onErrorLine: () => controller.abort(reason),
    });
    await expect(running).rejects.toBe(reason);
  });

  test("rejects when a callback throws", async () => {
    await expect(shell("echo x >&2; sleep 9008", { onErrorLine: broken })).rejects.toThrow(
      "broken callback",
    );
  });

  test("rejects with the system error of a program that cannot be started", async () => {
    const running = runProcess("/nowhere/program", [], { environment: {}, maxOutputBytes: 1 });
    await expect(running).rejects.toMatchObject({ code: "ENOENT", syscall: /^spawn/ });
  });
});
