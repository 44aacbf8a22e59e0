import { runPopcount } from "../../../src/popcount/run-popcount.ts";

// Runs the command as a process, which a test can kill.
process.exitCode = await runPopcount(process.argv.slice(2), process);
