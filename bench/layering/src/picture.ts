// Draws the picture of the costs of strategies in the guide.
// Usage: pnpm --filter @nixery/bench-layering picture
import { writeFileSync } from "node:fs";
import { drawChart, type Line } from "./chart.ts";
import { contestants } from "./contestants.ts";
import { type Figures, figuresOf } from "./figures.ts";
import { readHistory } from "./history.ts";

const budgets = [20, 40, 94, 120];
const shown = [
  { name: "nixery", color: "#7a4fc4", width: 1.5 },
  { name: "size-first", color: "#b8511a", width: 1.5 },
  { name: "largest alone + rest", label: "largest alone", color: "#4d7d1f", width: 1.5 },
  { name: "cohorts", color: "#0b62b8", width: 3 },
];

const history = readHistory(new URL("../data/history.json.gz", import.meta.url));
const measured = shown.map(({ name, label = name, color, width }) => {
  const contestant = contestants.find((candidate) => candidate.name === name)!;
  const figures = budgets.map((budget) =>
    figuresOf(
      history.images.map((image) => contestant.group(image, history, budget)),
      history,
    ),
  );
  return { name: label, color, width, figures };
});

const linesOf = (figure: keyof Figures): Line[] =>
  measured.map(({ figures, ...line }) => ({
    ...line,
    values: figures.map((each) => 100 * (each[figure] - 1)),
  }));

const picture = drawChart({
  description:
    "Bytes fetched beyond those of one path a layer, for updates and for sharing between images, " +
    "by strategy and layer budget: cohorts is lowest throughout.",
  marks: budgets,
  marksTitle: "layer budget",
  levels: [1, 3, 10, 30, 100, 300],
  panels: [
    { title: "Fetched again at an update", lines: linesOf("update") },
    { title: "Repeated between images", lines: linesOf("share") },
  ],
});
writeFileSync(new URL("../../../docs/guide/layering.svg", import.meta.url), picture);
