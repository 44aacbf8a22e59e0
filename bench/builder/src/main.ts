// How fast layers are packed and compressed, and how small they get, next to tar with pigz and to one
// zlib stream, over copies of this machine's own files. Medians of several rounds are printed.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { builder, type Contestant, oneStream, pigz, type Run } from "./contestants.ts";
import { createBenchStore } from "./store.ts";

const maxSize = Number(process.argv[2] ?? 300) * 1e6;
const rounds = Number(process.argv[3] ?? 3);
const threads = availableParallelism();

const contestants: readonly Contestant[] = [
  builder(5, 1),
  builder(5, 94),
  builder(6, 94),
  builder(1, 94),
  pigz(5, threads),
  pigz(6, threads),
  oneStream(6),
];

const directory = await mkdtemp(join(tmpdir(), "nixery-bench-"));
try {
  const store = await createBenchStore(directory, maxSize);
  const paths = store.closure.paths.length;
  console.log(`${Math.round(store.size / 1e6)} MB in ${paths} trees, ${threads} processors`);
  const runs = new Map<Contestant, Run[]>(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < rounds; round++) {
    // In turns, so that other work on the machine affects all of them alike.
    for (const [contestant, done] of runs) {
      done.push(await contestant.run(store));
    }
  }
  for (const [{ name }, done] of runs) {
    const time = median(done.map((run) => run.time));
    const [last] = done;
    const late = done.flatMap((run) => run.late ?? []);
    const parts = [
      name.padEnd(36),
      `${(store.size / 1e6 / time).toFixed(0)} MB/s`.padStart(9),
      `${(store.size / 1e6 / median(done.map((run) => run.processor))).toFixed(0)} a core`.padStart(
        10,
      ),
      `${((100 * (last?.size ?? 0)) / store.size).toFixed(1)} %`.padStart(8),
      late.length === 0 ? "" : `event loop late by ${median(late).toFixed(0)} ms at most`,
    ];
    console.log(parts.join("  ").trimEnd());
  }
  console.log(`resident at most ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
} finally {
  await rm(directory, { recursive: true, force: true });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
