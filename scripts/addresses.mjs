// Copies the addresses of the project from the root package.json into those of the packages. They are
// placeholders until the project has a public address; then only the root package.json changes.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./tools.mjs";

const { repository, homepage, bugs } = readJson("package.json");
for (const name of readdirSync(join(root, "packages"))) {
  const directory = `packages/${name}`;
  const file = `${directory}/package.json`;
  const { license, ...rest } = readJson(file);
  const before = Object.entries(rest).filter(([key]) =>
    ["name", "version", "description", "keywords"].includes(key),
  );
  const after = Object.entries(rest).filter(
    ([key]) =>
      !["name", "version", "description", "keywords", "homepage", "bugs", "repository"].includes(
        key,
      ),
  );
  const addresses = {
    homepage: `${homepage}/tree/main/${directory}#readme`,
    bugs,
    license,
    repository: { ...repository, directory },
  };
  const text = JSON.stringify(
    { ...Object.fromEntries(before), ...addresses, ...Object.fromEntries(after) },
    undefined,
    2,
  );
  writeFileSync(join(root, file), `${text}\n`);
}

function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), "utf8"));
}
