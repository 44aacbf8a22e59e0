import process from "node:process";
import { countCache } from "@nixery/popcount";

// Runs one count in this process and prints its cost.
const [cache = "", paths = ""] = process.argv.slice(2);
const before = process.resourceUsage().maxRSS;
const started = performance.now();
const result = await countCache({ cache, paths });
const seconds = (performance.now() - started) / 1000;
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
process.stdout.write(
  JSON.stringify({
    paths: result.paths,
    names: result.counts.size,
    seconds,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    mebibytesBefore: before / 1024,
    mebibytes: maxRSS / 1024,
  }),
);
