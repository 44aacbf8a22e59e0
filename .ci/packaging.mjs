// Packs one package as the registry would get it, has publint and attw look at the result, and
// type-checks its declarations in an empty project that installed it.
// pnpm pack replaces workspace: and catalog: by real ranges, which npm pack would leave.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ensurePnpm } from "../scripts/dependencies.mjs";
import { root } from "../scripts/tools.mjs";

const { name, exports: entries = {} } = JSON.parse(
  readFileSync(join(root, "packages", process.argv[2], "package.json"), "utf8"),
);
const directory = mkdtempSync(join(tmpdir(), "nixery-pack-"));
try {
  const packed = join(directory, "packed");
  mkdirSync(packed);
  // With everything of this workspace that it depends on.
  run(ensurePnpm(), ["-r", "--filter", `${name}...`, "pack", "--pack-destination", packed], root);
  const tarballs = new Map(
    readdirSync(packed).map((file) => [
      file.replace(/^nixery-(.*)-\d+\.\d+\.\d+.*\.tgz$/, "@nixery/$1"),
      join(packed, file),
    ]),
  );
  const tarball = tarballs.get(name);
  run("publint", ["run", tarball, "--strict"], directory);
  run("attw", [tarball, "--profile", "esm-only"], directory);
  checkDeclarations(tarballs);
} finally {
  rmSync(directory, { recursive: true });
}

/**
 * Checks every entry point in a program of its own, without skipLibCheck. Node's types are loaded
 * only where a declaration refers to them, so an entry point for the web must not need them.
 */
function checkDeclarations(tarballs) {
  const project = join(directory, "project");
  mkdirSync(project);
  const files = Object.fromEntries([...tarballs].map(([key, file]) => [key, `file:${file}`]));
  const write = (file, text) => writeFileSync(join(project, file), text);
  write("package.json", JSON.stringify({ type: "module", dependencies: { [name]: files[name] } }));
  // JSON is YAML.
  write("pnpm-workspace.yaml", JSON.stringify({ packages: ["."], overrides: files }));
  run(ensurePnpm(), ["install", "--prefer-offline", "--ignore-scripts", "--silent"], project);
  const options = [
    "--module",
    "nodenext",
    "--target",
    "es2024",
    "--lib",
    "es2024,dom",
    "--types",
    "",
  ];
  for (const [entry, { types }] of Object.entries(entries)) {
    if (types !== undefined) {
      const modules = entry.includes("*") ? modulesOf(project, types) : [join(name, entry)];
      const imports = modules.map(
        (module, index) => `import type * as m${index} from "${module}";`,
      );
      write("check.ts", imports.join("\n"));
      const strict = ["--noEmit", "--strict", "--skipLibCheck", "false"];
      run("tsc", [...strict, ...options, "check.ts"], project);
    }
  }
}

/** The modules of an entry point with a `*` in its path. */
function modulesOf(project, types) {
  const [before, after] = types.split("*");
  return readdirSync(join(project, "node_modules", name, before))
    .filter((file) => file.endsWith(after))
    .map((file) => `${name}/${file.slice(0, -after.length)}`);
}

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = 1;
  }
}
