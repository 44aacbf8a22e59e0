import { runPopcount } from "../../src/run-popcount.ts";

// The command as a process of its own, which a test can kill.
process.exitCode = await runPopcount(process.argv.slice(2), process);
