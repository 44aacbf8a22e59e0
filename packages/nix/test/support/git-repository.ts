import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** A git repository of a test's own, with a work tree. */
export interface TestRepository {
  readonly directory: string;
  /** Runs git in it and returns the output. */
  git(...args: string[]): Promise<string>;
  /** Writes files, commits them at a date, and returns the commit's hash. */
  commit(files: Readonly<Record<string, string>>, date?: string): Promise<string>;
  remove(): Promise<void>;
}

export async function createTestRepository(): Promise<TestRepository> {
  const home = await realpath(await mkdtemp(join(tmpdir(), "nixery-repository-")));
  const directory = join(home, "packages");
  await mkdir(directory);

  async function run(args: readonly string[], date = "2024-05-01T12:00:00Z"): Promise<string> {
    const { stdout } = await promisify(execFile)("git", args, {
      cwd: directory,
      env: {
        PATH: process.env["PATH"],
        HOME: home,
        GIT_AUTHOR_NAME: "A",
        GIT_AUTHOR_EMAIL: "a@example.org",
        GIT_AUTHOR_DATE: "2001-01-01T00:00:00Z",
        GIT_COMMITTER_NAME: "C",
        GIT_COMMITTER_EMAIL: "c@example.org",
        GIT_COMMITTER_DATE: date,
      },
    });
    return stdout.trim();
  }

  await run(["init", "--quiet", "--initial-branch=main", "."]);
  return {
    directory,
    git: async (...args) => await run(args),
    commit: async (files, date) => {
      for (const [name, content] of Object.entries(files)) {
        await mkdir(dirname(join(directory, name)), { recursive: true });
        await writeFile(join(directory, name), content);
      }
      await run(["add", "--all"]);
      await run(["commit", "--quiet", "--message=change"], date);
      return await run(["rev-parse", "HEAD"]);
    },
    remove: async () => await rm(home, { recursive: true, force: true }),
  };
}
