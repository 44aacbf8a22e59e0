import { execFile } from "node:child_process";
import { lstat, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { closure } from "./nix.ts";

const run = promisify(execFile);

export interface ImageRoot {
  /** Runs a program in it, and resolves with its output on both streams. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

/** A directory with the content of an image: the packages' closure, and links to them at `/`. Needs root. */
export async function imageRoot(packages: readonly string[]): Promise<ImageRoot> {
  const root = await mkdtemp(join(tmpdir(), "nixery-image-root-"));
  await mkdir(join(root, "nix/store"), { recursive: true });
  await mkdir(join(root, "tmp"));
  await mkdir(join(root, "dev"));
  await run("cp", ["-a", "/dev/null", "/dev/urandom", join(root, "dev")]);
  await run("cp", ["-a", "--reflink=auto", ...(await closure(packages)), join(root, "nix/store")]);
  for (const path of packages) {
    await linkTree(path, root);
  }
  return {
    async run(program, ...args) {
      const env = { PATH: "/usr/sbin:/bin", HOME: "/tmp", TERM: "xterm" };
      const { stdout, stderr } = await run("chroot", [root, program, ...args], { env });
      return `${stdout}${stderr}`.trim();
    },
    async remove() {
      await run("chmod", ["-R", "u+w", root]);
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      await linkTree(join(from, entry.name), target);
    } else if (!(await exists(target))) {
      await symlink(join(from, entry.name), target);
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
