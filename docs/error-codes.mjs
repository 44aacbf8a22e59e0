// Writes guide/error-codes.md from the doc comments of the error codes in the packages' sources;
// with --check it fails when the page differs from them.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = join(root, "docs/guide/error-codes.md");

/** Every documented code of the packages: `{ package, errorClass, code, cause, remedy }`. */
export function readErrorCodes() {
  return readdirSync(join(root, "packages"))
    .toSorted()
    .flatMap((name) => sourcesOf(name).flatMap((text) => codesIn(name, text)));
}

/** The page as it should be. */
export function errorCodesPage() {
  const codes = readErrorCodes();
  const sections = Map.groupBy(codes, ({ package: name }) => name);
  return [
    "# Error codes",
    "",
    `Every error of the packages has a \`code\`, which stays the same when its message changes. The ${codes.length} codes, with their cause and remedy:`,
    "",
    ...[...sections].flatMap(([name, list]) => section(name, list)),
  ].join("\n");
}

function section(name, codes) {
  const rows = codes.map(({ code, cause, remedy }) => `| \`${code}\` | ${cause} | ${remedy} |`);
  const heading = `## ${codes[0].errorClass}`;
  const intro = `From \`@nixery/${name}\`; test for it with \`is${codes[0].errorClass}(error, code)\`.`;
  return [heading, "", intro, "", "| code | cause | remedy |", "| --- | --- | --- |", ...rows, ""];
}

function sourcesOf(name) {
  const directory = join(root, "packages", name, "src");
  return readdirSync(directory, { recursive: true })
    .filter((file) => file.endsWith("-error.ts"))
    .map((file) => readFileSync(join(directory, file), "utf8"));
}

function codesIn(name, text) {
  const declaration = /\/\*\*\n((?: \*.*\n)+?) \*\/\nexport type (\w+Error)Code =\s([^;]+);/.exec(
    text,
  );
  if (declaration === null) {
    return [];
  }
  const [, comment, errorClass, union] = declaration;
  const documented = comment
    .replaceAll(/^ \* ?/gm, "")
    .split(/^- (?=`ERR_)/m)
    .slice(1)
    .map((item) => readItem(item.replaceAll(/\s+/g, " ").trim()));
  const declared = [...union.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  const missing = declared.filter((code) => !documented.some((one) => one.code === code));
  if (missing.length > 0 || documented.length !== declared.length) {
    throw new Error(`${errorClass} documents other codes than it declares: ${missing.join(", ")}.`);
  }
  return documented.map((one) => ({ package: name, errorClass, ...one }));
}

/** `CODE`: cause. Remedy. */
function readItem(item) {
  const [, code, cause, remedy] = /^`(\w+)`: (.+?)\. ([A-Z].*\.)$/.exec(item) ?? [];
  if (code === undefined) {
    throw new Error(`Write a cause and a remedy for this error code: ${item}`);
  }
  return { code, cause: `${cause[0].toUpperCase()}${cause.slice(1)}.`, remedy };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = errorCodesPage();
  if (!process.argv.includes("--check")) {
    writeFileSync(page, text);
  } else if (readFileSync(page, "utf8") !== text) {
    process.stderr.write(
      "docs/guide/error-codes.md is out of date. Run node docs/error-codes.mjs.\n",
    );
    process.exitCode = 1;
  }
}
