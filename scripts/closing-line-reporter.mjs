// Prints "N passed, N failed" as the last line of a test run, and fails CI when a test was skipped.
import process from "node:process";

export default class ClosingLineReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      for (const test of tests) {
        counts[test.result().state === "pending" ? "skipped" : test.result().state] += 1;
      }
      const broken = module.state() === "failed" && tests.every((test) => test.ok());
      counts.failed += broken ? 1 : 0;
    }
    if (process.env.CI !== undefined && counts.skipped > 0) {
      process.exitCode = 1;
      process.stdout.write("Skipped tests fail the run in CI.\n");
    }
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  }
}
