// Records docs/guide/pull.svg: a real registry, a real Docker, and what they print and when.
// Run it with: node scripts/run.mjs test/picture-of-a-pull.ts
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { type ContainerEngine, startDocker } from "./support/docker.ts";
import { type Registry, startRegistry } from "./support/registry.ts";
import { inRepository } from "./support/repository.ts";

interface Line {
  readonly text: string;
  readonly isCommand: boolean;
  /** Seconds from the first command to this line. */
  readonly at: number;
}

const image = "shell/git/htop";
/** The port that the README names. */
const port = "8080";
/** In the picture's units. */
const lineHeight = 24;

const registry = await startRegistry({ env: { PORT: port } });
const docker = await startDocker();
try {
  const lines = await record(docker, registry);
  await writeFile(inRepository("docs/guide/pull.svg"), draw(lines));
  process.stdout.write(`${lines.map(({ text }) => text).join("\n")}\n`);
} finally {
  await docker.stop();
  await registry.stop();
}

async function record(engine: ContainerEngine, { url }: Registry): Promise<readonly Line[]> {
  const start = performance.now();
  const lines: Line[] = [];
  const reference = `localhost:${port}/${image}`;
  const add = (text: string, isCommand = false): void => {
    lines.push({ text, isCommand, at: (performance.now() - start) / 1000 });
  };
  add(`docker pull -q ${reference}`, true);
  const first = await seconds(async () => {
    add(await engine.pull(reference));
  });
  const manifest = await fetch(`${url}/v2/${image}/manifests/latest`);
  const { layers }: { layers: unknown[] } = JSON.parse(await manifest.text());
  add(`# built and pulled in ${first} s: ${layers.length} layers, the name is the recipe`);
  add(`docker run ${reference} git --version`, true);
  add(await engine.run(reference, ["git", "--version"]));
  add(`docker pull -q ${reference}/jq`, true);
  const second = await seconds(async () => {
    add(await engine.pull(`${reference}/jq`));
  });
  add(`# ${second} s: only what jq adds was built and fetched`);
  add(`docker run ${reference}/jq jq -n '1 + 1'`, true);
  add(await engine.run(`${reference}/jq`, ["jq", "-n", "1 + 1"]));
  return lines.map((line) => ({ ...line, text: line.text.trim() }));
}

/** How long `work` takes, in seconds. */
async function seconds(work: () => Promise<unknown>): Promise<string> {
  const before = performance.now();
  await work();
  return ((performance.now() - before) / 1000).toFixed(1);
}

function draw(lines: readonly Line[]): string {
  const height = 64 + lines.length * lineHeight;
  const rows = lines.map(({ text, isCommand, at }, index) => {
    const kind = isCommand ? "command" : text.startsWith("#") ? "note" : "output";
    const prompt = isCommand ? `<tspan class="prompt">$&#160;</tspan>` : "";
    return `<text class="${kind}" x="24" y="${64 + index * lineHeight}" style="animation-delay:${at.toFixed(1)}s">${prompt}${escape(text)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 ${height}" role="img" aria-labelledby="title">
<title id="title">Docker pulls ${image} and ${image}/jq, images that did not exist before, and runs them</title>
<style>
  svg { font: 15px ui-monospace, "SF Mono", Menlo, Consolas, monospace }
  text { fill: #c9d4e0; white-space: pre; animation: show .2s both }
  .prompt, .note { fill: #7f90a3 }
  .command { fill: #7fb4ff }
  @keyframes show { from { opacity: 0 } }
  @media (prefers-reduced-motion: reduce) { text { animation: none } }
</style>
<rect width="760" height="${height}" rx="10" fill="#151b23"/>
<circle cx="26" cy="22" r="6" fill="#ff5f57"/><circle cx="46" cy="22" r="6" fill="#febc2e"/><circle cx="66" cy="22" r="6" fill="#28c840"/>
${rows.join("\n")}
</svg>
`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
