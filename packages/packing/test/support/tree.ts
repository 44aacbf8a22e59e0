import { mkdir, mkdtemp, rm, symlink, writeFile, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** What stands in a directory. Names with bytes that are no UTF-8 are given in Latin-1. */
export interface Tree {
  readonly [name: string]: Tree | Uint8Array | string | Link | Program;
}
export interface Link {
  readonly link: string;
}
export interface Program {
  readonly program: string;
}

/** A link, whose target is given as in a {@link Tree}. */
export function link(target: string): Link {
  return { link: target };
}

export function program(text = "#!/bin/sh\n"): Program {
  return { program: text };
}

/** A directory that is gone after the test. */
export async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "nixery-builder-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Makes `node` at `path`, with Nix's modes for files. */
export async function make(path: string, node: Tree[string]): Promise<void> {
  const bytes = Buffer.from(path, "latin1");
  if (typeof node === "string" || node instanceof Uint8Array) {
    await writeFile(bytes, node);
    await chmod(bytes, 0o444);
  } else if (isLink(node)) {
    await symlink(Buffer.from(node.link, "latin1"), bytes);
  } else if (isProgram(node)) {
    await writeFile(bytes, node.program);
    await chmod(bytes, 0o555);
  } else {
    await mkdir(bytes);
    for (const [name, child] of Object.entries(node)) {
      await make(`${path}/${name}`, child);
    }
  }
}

function isLink(node: Tree | Link | Program): node is Link {
  return "link" in node && typeof node["link"] === "string";
}

function isProgram(node: Tree | Link | Program): node is Program {
  return "program" in node && typeof node["program"] === "string";
}
