import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { commands } from "../src/commands/index.ts";
import { runProgram } from "../src/program.ts";
import { settings } from "../src/settings/settings.ts";
import { collectText } from "./support/collect-text.ts";

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...argv: readonly string[]): Promise<Outcome> {
  const [stdout, stderr] = [collectText(), collectText()];
  const { signal } = new AbortController();
  const context = { environment: {}, stdout, stderr, signal };
  const status = await runProgram(argv, { version: "1.2.3", commands }, context);
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

describe("help", () => {
  it.each([[[]], [["--help"]], [["-h"]], [["help"]]])(
    "lists every command for %j",
    async (argv) => {
      const { status, stdout, stderr } = await run(...argv);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      for (const { name, summary } of commands) {
        expect(stdout).toMatch(new RegExp(`^  ${name} .*${summary}$`, "m"));
      }
      for (const name of Object.keys(settings)) {
        expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
      }
    },
  );

  it.each(commands.map((command) => [command.name, command] as const))(
    "of %s lists its options",
    async (name, { options }) => {
      const { status, stdout } = await run(name, "--help");
      expect(status).toBe(0);
      for (const option of options) {
        expect(stdout).toContain(`--${option.name}`);
      }
    },
  );

  it("shows the version", async () => {
    expect(await run("--version")).toEqual({ status: 0, stdout: "1.2.3\n", stderr: "" });
  });
});

it.each([
  [["nosuch"], 'nixery: Unknown command "nosuch" (see nixery --help).\n'],
  [["serve", "x"], 'nixery: Too many arguments for "serve" (see nixery serve --help).\n'],
  [["explain", "--foo"], 'nixery: Unknown option "--foo" (see nixery explain --help).\n'],
  [["explain"], 'nixery: Missing required argument "NAME" (see nixery explain --help).\n'],
  [
    ["completion", "ksh"],
    'nixery: Unknown shell "ksh". Use one of bash, zsh, fish (see nixery completion --help).\n',
  ],
])("wrong usage %j is one line and status 2", async (argv, stderr) => {
  expect(await run(...argv)).toEqual({ status: 2, stdout: "", stderr });
});

async function complete(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run("completion", "bash");
  const script = `${stdout}\nCOMP_WORDS=(nixery "$@"); COMP_CWORD=$#; _nixery; echo "\${COMPREPLY[*]}"`;
  const result = spawnSync("bash", ["-c", script, "bash", ...words], { encoding: "utf8" });
  return result.stdout.trim().split(" ");
}

describe("completion in bash", () => {
  it("completes commands", async () => {
    expect(await complete("se")).toEqual(["serve"]);
    expect(await complete("")).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
  });

  it("completes options and choices of a command", async () => {
    expect(await complete("explain", "--")).toEqual(["--json", "--help"]);
    expect(await complete("completion", "z")).toEqual(["zsh"]);
  });
});

it.each(["zsh", "fish"])("the script for %s has every command and option", async (shell) => {
  const { stdout } = await run("completion", shell);
  for (const { name, options } of commands) {
    expect(stdout).toContain(name);
    for (const option of options) {
      expect(stdout).toContain(option.name);
    }
  }
});
