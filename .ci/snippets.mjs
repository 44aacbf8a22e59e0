// Type-checks every ts block of the documents.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { print, root } from "../scripts/tools.mjs";

// Below test/, because that package depends on all others and so can import them.
const directory = join(root, "test/.snippets");

const documents = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/index.md"],
  ...markdownBelow("docs/guide"),
  ...readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`),
  "examples/json-source/README.md",
  "examples/plain-layers/README.md",
];

rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
let count = 0;
for (const document of documents) {
  const text = readFileSync(join(root, document), "utf8");
  for (const [, code] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
    count += 1;
    const name = `${relative(root, document).replaceAll(/[/.]/g, "-")}-${count}.ts`;
    writeFileSync(join(directory, name), code);
  }
}
if (count === 0) {
  print("The documents contain no ts block. Fix the pattern in .ci/snippets.mjs.");
  process.exit(1);
}
writeFileSync(
  join(directory, "tsconfig.json"),
  JSON.stringify({
    extends: "../../tsconfig.checks.json",
    // A snippet may end with a value that the reader continues with.
    compilerOptions: { noUnusedLocals: false },
    include: ["*.ts"],
  }),
);
const { status } = spawnSync("tsc", ["-p", directory], { cwd: root, stdio: "inherit" });
print(`Checked ${count} snippets of ${documents.length} documents.`);
process.exitCode = status ?? 1;

function markdownBelow(path) {
  return readdirSync(join(root, path), { recursive: true })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(path, name));
}
