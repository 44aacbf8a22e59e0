import { defineConfig } from "vitest/config";

/** Packages resolve to their sources, so tests need no build. */
const conditions = ["@nixery/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    reporters: ["default", "./scripts/closing-line-reporter.mjs"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "packages/*/test/**/*.test.ts",
            "bench/*/test/**/*.test.ts",
            "scripts/test/**/*.test.ts",
          ],
          // For what hangs; a machine with other work must not fail a test that is right.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/**/*.test.ts", "examples/*/test/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
