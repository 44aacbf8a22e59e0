import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { groupLayers, nixeryStrategy } from "@nixery/layers";
import { readHistory } from "../src/history.ts";

const program = fileURLToPath(new URL("../src/main.ts", import.meta.url));

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(input: string, ...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ["--conditions=@nixery/source", program, ...args]);
  child.stdin.end(input);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, "close"),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

const [a, b] = ["/nix/store/a-x-1", "/nix/store/b-y-2"];
const line = JSON.stringify({
  graph: [
    { path: a, narSize: 5, closureSize: 12, references: [b] },
    { path: b, narSize: 7, references: [] },
  ],
});

describe("the layering command", () => {
  test("writes one line for each, in order", async () => {
    const ended = await run(`${line}\n{"graph":[]}\n\n${line}\n`, "--strategy", "nixery");
    const answer = JSON.stringify([[a, b]]);
    expect(ended).toEqual({ code: 0, stdout: `${answer}\n[]\n${answer}\n`, stderr: "" });
  });

  test("groups as the library does, with roots, popularity and budget", async () => {
    const history = readHistory(new URL("../data/history.json.gz", import.meta.url));
    const tasks = history.images.slice(0, 20).map(({ graph, roots }) => ({
      graph,
      roots,
      popularity: Object.fromEntries(history.popularity.counts),
      budget: 30,
    }));
    const input = tasks.map((task) => `${JSON.stringify(task)}\n`).join("");
    for (const [args, strategy] of [
      [[], undefined],
      [["--strategy", "nixery"], nixeryStrategy],
    ] as const) {
      const { stdout } = await run(input, ...args);
      const expected = tasks.map(({ graph, roots, budget }) =>
        groupLayers(graph, { roots, popularity: history.popularity, budget, strategy }).map(
          ({ paths }) => paths,
        ),
      );
      expect(
        stdout
          .trimEnd()
          .split("\n")
          .map((answer): unknown => JSON.parse(answer)),
      ).toEqual(expected);
    }
  });

  test.each([
    ["not json", "Line 2: Invalid JSON"],
    ["[]", "Line 2: Expected a JSON object."],
    ['{"graph":{}}', 'Line 2: "graph" must be an array of nodes.'],
    ['{"graph":[4]}', 'Line 2: "graph"[0] must be an object.'],
    ['{"graph":[{"path":"a"}]}', 'Line 2: "graph"[0]."narSize" must be a number of bytes.'],
    ['{"graph":[{"path":"a","narSize":1}]}', 'Line 2: "graph"[0]."references" must be'],
    ['{"graph":[],"roots":[1]}', 'Line 2: "roots" must be an array of store paths.'],
    ['{"graph":[],"popularity":{"a":"1"}}', 'Line 2: "popularity" must be an object of numbers.'],
    ['{"graph":[],"budget":"9"}', 'Line 2: "budget" must be a number.'],
    ['{"graph":[],"budget":0}', "Line 2: Invalid option budget: 0."],
  ])("fails at the line %s with the reason on one line", async (bad, message) => {
    const { code, stdout, stderr } = await run(`${line}\n${bad}\n${line}\n`);
    expect(code).toBe(1);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(message);
  });

  test("names the strategies for an unknown one", async () => {
    const { code, stdout, stderr } = await run(line, "--strategy", "best");
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("cohorts, size-first, nixery or nixery-nar");
  });

  test("prints its help", async () => {
    const { code, stdout } = await run("", "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("--strategy NAME");
  });
});
