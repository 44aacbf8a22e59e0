// Type-checks every ts block of the documents, so that nothing is shown that does not compile.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { root, say } from "../scripts/tools.mjs";

// Below test/, because that package depends on every other and so can import them all.
const folder = join(root, "test/.snippets");

const documents = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/index.md"],
  ...markdownBelow("docs/guide"),
  ...readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`),
];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
let count = 0;
for (const document of documents) {
  const text = readFileSync(join(root, document), "utf8");
  for (const [, code] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
    count += 1;
    const name = `${relative(root, document).replaceAll(/[/.]/g, "-")}-${count}.ts`;
    writeFileSync(join(folder, name), code);
  }
}
if (count === 0) {
  say("The documents hold no ts block; the pattern in .ci/snippets.mjs must be wrong");
  process.exit(1);
}
writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    extends: "../../tsconfig.checks.json",
    // A snippet may end with a value that the reader goes on with.
    compilerOptions: { noUnusedLocals: false },
    include: ["*.ts"],
  }),
);
const { status } = spawnSync("tsc", ["-p", folder], { cwd: root, stdio: "inherit" });
say(`${count} snippets of ${documents.length} documents checked`);
process.exitCode = status ?? 1;

function markdownBelow(path) {
  return readdirSync(join(root, path), { recursive: true })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(path, name));
}
