// Prints what every strategy costs on a closure history, and how its time grows with the closure.
// Usage: pnpm --filter @nixery/bench-layering start [history.json[.gz]]
import { resolve } from "node:path";
import process from "node:process";
import { contestants } from "./contestants.ts";
import { figuresOf } from "./figures.ts";
import { printGrowth } from "./growth.ts";
import { readHistory } from "./history.ts";

const budgets = [20, 40, 94, 120];

const [given] = process.argv.slice(2);
const file =
  given === undefined
    ? new URL("../data/history.json.gz", import.meta.url)
    : resolve(process.env["INIT_CWD"] ?? ".", given);
const history = readHistory(file);
const paths = history.images.reduce((total, image) => total + image.paths.length, 0);
console.log(
  `${history.images.length} images of ${Math.round(paths / history.images.length)} paths on average, ${history.changed.length} weeks; bytes over those of one path a layer:\n`,
);
console.log("| strategy | budget | update | share | node | layers |");
console.log("|---|---|---|---|---|---|");
for (const contestant of contestants) {
  for (const budget of contestant.hasBudget ? budgets : [undefined]) {
    const groupings = history.images.map((image) =>
      contestant.group(image, history, budget ?? Number.POSITIVE_INFINITY),
    );
    const { update, share, node, layers } = figuresOf(groupings, history);
    const figures = [update, share, node].map((figure) => figure.toFixed(3)).join(" | ");
    console.log(`| ${contestant.name} | ${budget ?? "-"} | ${figures} | ${layers.toFixed(0)} |`);
  }
}
printGrowth();
