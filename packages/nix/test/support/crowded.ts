import { closeSync, openSync } from "node:fs";
import { createGitSource, createNix, createPathSource } from "@nixery/nix";
import type { PackageSource } from "@nixery/package-source";

/**
 * Prepares a package while hardly any file can be opened, and again after some have been closed.
 * Started with a low limit (`ulimit -n`); prints a line for each result.
 */
const [path = "", repository = "", cacheDirectory = "", system = ""] = process.argv.slice(2);

const nix = createNix();
const local = createPathSource({ path, nix });
const git = createGitSource({ url: repository, cacheDirectory, nix });

async function report(name: string, source: PackageSource): Promise<void> {
  const answer = async (): Promise<string> => {
    const resolved = await source.resolve("latest");
    const { roots } = await source.prepare(resolved!, ["tool"], system);
    return `${roots.length} root`;
  };
  const text = await answer().catch((error: unknown) =>
    error instanceof Error && "code" in error
      ? `${String(error.code)}: ${error.message}`
      : String(error),
  );
  process.stdout.write(`${name}: ${text}\n`);
}

/** Opens files until the limit is reached. */
function fill(): number[] {
  const files: number[] = [];
  try {
    for (;;) {
      files.push(openSync("/dev/null", "r"));
    }
  } catch {
    return files;
  }
}

// What Node opens at the first use of it stays open.
await local.prepare({ cacheKey: undefined }, ["tool"], system);
const fillers = fill();
for (const spare of [0, 4, 8]) {
  for (const file of fillers.splice(0, spare)) {
    closeSync(file);
  }
  await report(`path with ${spare} files`, local);
  await report(`git with ${spare} files`, git);
  const again = fill();
  process.stdout.write(`lost ${spare - again.length}\n`);
  fillers.push(...again);
}
for (const file of fillers) {
  closeSync(file);
}
await report("path", local);
await report("git", git);
