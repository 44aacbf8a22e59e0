import { readFile, readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { inRepository } from "./support/repository.ts";

interface Metadata {
  readonly homepage?: string;
  readonly bugs?: string;
  readonly repository?: { readonly type: string; readonly url: string };
}

const names = (await readdir(inRepository("packages"))).toSorted();
const project = await metadataOf("package.json");

describe.each(names)("%s", (name) => {
  const directory = `packages/${name}`;

  // Run scripts/addresses.mjs after changing them.
  it("has the project's addresses", async () => {
    const { homepage, bugs, repository } = await metadataOf(`${directory}/package.json`);
    expect({ homepage, bugs, repository }).toEqual({
      homepage: `${project.homepage}/tree/main/${directory}#readme`,
      bugs: project.bugs,
      repository: { ...project.repository, directory },
    });
  });

  it("has a README whose links work from a tarball", async () => {
    const readme = await readFile(inRepository(directory, "README.md"), "utf8");
    const files = await readdir(inRepository(directory));
    const links = Array.from(readme.matchAll(/\]\(([^)\s]+)\)/g), ([, link = ""]) => link);
    const broken = links.filter(
      (link) => !/^(?:https:|#)/.test(link) && !files.includes(link.split("#", 1)[0] ?? ""),
    );
    expect(broken).toEqual([]);
  });
});

async function metadataOf(file: string): Promise<Metadata> {
  const metadata: Metadata = JSON.parse(await readFile(inRepository(file), "utf8"));
  return metadata;
}
