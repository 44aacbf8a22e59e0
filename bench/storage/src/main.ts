// The costs of large objects with each backend: the growth of resident memory while one is written and
// read, and the speed of reading beside the client library's own download of the same object.
//
//   node scripts/run.mjs bench/storage/src/main.ts [--size MiB] [--read-size MiB] [--backends fs,gcs,s3]
import { parseArgs } from "node:util";
import { backendNames, type BackendName, startBackend } from "./backends.ts";
import { type Measurement, measure, quantile } from "./measure.ts";

const mebibyte = 1024 * 1024;
/** In MiB; the growth of memory while an object of any size is written or read. */
const maxGrowth = 128;
/** The speed of reading with a backend, compared with the client library's. */
const minRatio = 0.9;

const { values } = parseArgs({
  options: {
    size: { type: "string", default: "3072" },
    "read-size": { type: "string", default: "256" },
    backends: { type: "string", default: backendNames.join(",") },
  },
});
const size = Number(values.size) * mebibyte;
const readSize = Number(values["read-size"]) * mebibyte;

console.log(`${values.size} MiB written and read; ${values["read-size"]} MiB read alternately`);
console.log(
  row([
    "backend",
    "in MB/s",
    "grows MiB",
    "out MB/s",
    "grows MiB",
    "read MB/s",
    "library",
    "unchecked",
    "ratio",
    "half are",
  ]),
);
for (const name of backendNames.filter((one) => values.backends.split(",").includes(one))) {
  const measured = await run(name);
  console.log(describe(name, measured));
  if (measured.written.growth > maxGrowth || measured.read.growth > maxGrowth) {
    process.exitCode = 1;
    console.log(`${name} grows by more than ${maxGrowth} MiB`);
  }
  if (name !== "fs" && quantile(measured.ratios, 0.5) < minRatio) {
    process.exitCode = 1;
    console.log(`${name} reads slower than ${minRatio} of its client library`);
  }
}

async function run(name: BackendName): Promise<Measurement> {
  const large = await startBackend(name, size);
  try {
    const { written, read } = await measure({ ...large.config, task: "memory", size });
    const compared = await startBackend(name, readSize);
    try {
      const speed = await measure({ ...compared.config, task: "speed", size: readSize });
      return { ...speed, written, read };
    } finally {
      await compared.stop();
    }
  } finally {
    await large.stop();
  }
}

function describe(name: string, { written, read, ...speed }: Measurement): string {
  return row([
    name,
    written.speed.toFixed(0),
    `+${written.growth.toFixed(0)}`,
    read.speed.toFixed(0),
    `+${read.growth.toFixed(0)}`,
    speed.own.toFixed(0),
    speed.library.toFixed(0),
    speed.unchecked?.toFixed(0) ?? "-",
    quantile(speed.ratios, 0.5).toFixed(2),
    `${quantile(speed.ratios, 0.25).toFixed(2)}-${quantile(speed.ratios, 0.75).toFixed(2)}`,
  ]);
}

function row([name = "", ...cells]: readonly string[]): string {
  return name.padEnd(8) + cells.map((cell) => cell.padStart(11)).join("");
}
