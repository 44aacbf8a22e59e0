// Groups closures from standard input, one JSON object a line, and writes one line for each: the
// layers in manifest order as arrays of store paths. For measuring a strategy on other closures.
import process from "node:process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { groupLayers, strategies, strategyByName } from "@nixery/layers";
import { parseRequest } from "./request.ts";
import { writeLine } from "./write-line.ts";

const help = `Usage: npm run --silent layering -- [--strategy NAME] < closures.jsonl
Each line of standard input is {"graph":[{"path","narSize","closureSize","references"}],
"roots":[...],"popularity":{"name":n},"budget":n}. "closureSize", "roots", "popularity" and
"budget" are optional. Each result is [["/nix/store/...",...],...] on one line.
Strategies: ${strategies.map(({ name }) => name).join(", ")} (the default is the first).
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  // The reader may close standard output before the end.
  process.stdout.on("error", (error) =>
    process.exit("code" in error && error.code === "EPIPE" ? 0 : 1),
  );
  let lineNumber = 0;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { strategy: { type: "string" }, help: { type: "boolean" } },
    });
    if (values.help === true) {
      await writeLine(help.trimEnd());
      return 0;
    }
    const strategy = values.strategy === undefined ? undefined : strategyByName(values.strategy);
    for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
      lineNumber++;
      if (line.trim() === "") {
        continue;
      }
      const { graph, roots, popularity, budget } = parseRequest(line);
      const groups = groupLayers(graph, { strategy, roots, popularity, budget });
      await writeLine(JSON.stringify(groups.map(({ paths }) => paths)));
    }
    return 0;
  } catch (error) {
    const where = lineNumber > 0 ? `Line ${lineNumber}: ` : "";
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${where}${message.replaceAll(/\s+/g, " ")}\n`);
    return 1;
  }
}
