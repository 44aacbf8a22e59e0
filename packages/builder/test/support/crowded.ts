import { closeSync, openSync } from "node:fs";
import type { Closure } from "@nixery/package-source";
import { diskReader } from "@nixery/packing";
import { createMemoryStorage } from "@nixery/storage/memory";
import { createImageBuilder } from "../../src/index.ts";

/**
 * Asks for an image while hardly a file can be opened any more, and again when some have been
 * closed. Started with a low limit (`ulimit -n`); prints a line for each answer.
 */
const [root = "", closure = ""] = process.argv.slice(2);
const { roots, paths }: Closure = JSON.parse(closure);

const builder = createImageBuilder({
  storage: createMemoryStorage(),
  reader: diskReader({ root }),
  packages: {
    name: "test",
    resolve: () => Promise.resolve({ cacheKey: undefined }),
    prepare: () => Promise.resolve({ roots, paths }),
  },
});

async function tell(): Promise<void> {
  const request = { name: "hello", tag: "latest", format: "oci" } as const;
  const text = await builder.image(request).then(
    (result) => `${result.kind} ${"message" in result ? result.message : ""}`,
    (error: unknown) => `rejected ${String(error)}`,
  );
  process.stdout.write(`${text}\n`);
}

const fillers: number[] = [];
try {
  for (;;) {
    fillers.push(openSync("/dev/null", "r"));
  }
} catch {
  // As many as the limit allows.
}
await tell();
for (const file of fillers) {
  closeSync(file);
}
await tell();
