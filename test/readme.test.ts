import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serverEnvironment } from "../examples/packages/server-environment.mjs";
import { bundledPackages } from "./support/bundled-packages.ts";
import { startService } from "./support/process.ts";
import { pullImage } from "./support/pull.ts";
import { inRepository } from "./support/repository.ts";

let app: string;

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), "nixery-readme-"));
  // The dependencies of an app.
  await symlink(inRepository("test/node_modules"), join(app, "node_modules"));
  await mkdir(join(app, "images"));
  await symlink((await bundledPackages()).directory, join(app, "packages"));
});

afterAll(() => rm(app, { recursive: true, force: true }));

/** The ts blocks of a document that start a server on port 8080. */
async function serverSnippets(document: string): Promise<readonly string[]> {
  const text = await readFile(inRepository(document), "utf8");
  return Array.from(text.matchAll(/^```ts\n(.*?)^```$/gms), ([, code = ""]) => code).filter(
    (code) => code.includes("listen(8080"),
  );
}

it.each(["README.md", "docs/guide/embedding.md", "docs/index.md", "packages/nixery/README.md"])(
  "the server in %s serves an image",
  async (document) => {
    const [snippet = "", ...others] = await serverSnippets(document);
    expect(others).toEqual([]);
    // Use a free port, and the bundled package set.
    const program = snippet
      .replace("8080", "Number(process.env.PORT)")
      .replace(/createChannelSource\(.*\)/, 'createPathSource({ path: "./packages" })')
      .replace("createChannelSource", "createPathSource");
    await writeFile(join(app, "server.ts"), program);
    const port = 18_080 + Math.floor(Math.random() * 1000);
    const { NIX_CONFIG = "" } = serverEnvironment(await bundledPackages());
    const service = startService(
      process.execPath,
      ["--conditions=@nixery/source", "--import", readyHook, "server.ts"],
      { cwd: app, env: { PORT: `${port}`, NIX_CONFIG } },
    );
    try {
      await service.waitFor(/listening/);
      const { manifest } = await pullImage(`http://127.0.0.1:${port}`, "hello");
      expect(manifest.layers.length).toBeGreaterThan(1);
    } finally {
      await service.stop("SIGKILL");
    }
  },
);

/** Prints a line when a server listens, which the snippets leave out. */
const readyHook = `data:text/javascript,${encodeURIComponent(`
  import { Server } from "node:net";
  const { listen } = Server.prototype;
  Server.prototype.listen = function (...args) {
    this.once("listening", () => console.log("listening"));
    return listen.apply(this, args);
  };
`)}`;
