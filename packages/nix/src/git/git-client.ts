import type { ResolveOptions } from "@nixery/package-source";
import { childEnvironment } from "../process/child-environment.ts";
import { asClause, conceal } from "../process/printed-text.ts";
import { runProcess } from "../process/run-process.ts";
import { startError } from "../process/start-error.ts";
import type { GitUrl } from "./git-url.ts";

export interface GitClientOptions {
  readonly url: GitUrl;
  /** Name or path of the program. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Directory of git's files; concealed in messages. */
  readonly cacheDirectory: string;
}

export interface GitResult {
  readonly hasSucceeded: boolean;
  readonly stdout: string;
  /** The last lines of standard error on one line, without secrets and directories. */
  readonly said: string;
}

export interface GitRunOptions extends ResolveOptions {
  readonly cwd: string;
}

/** Runs git commands in which the repository is the remote `origin`. */
export interface GitClient {
  run(args: readonly string[], options: GitRunOptions): Promise<GitResult>;
}

const maxErrorLines = 10;

export function createGitClient(options: GitClientOptions): GitClient {
  const { url, program, environment, cacheDirectory } = options;
  const variables = childEnvironment(
    {
      LC_ALL: "C",
      // Git must fail rather than ask a question.
      GIT_TERMINAL_PROMPT: "0",
      GIT_ASKPASS: "true",
      SSH_ASKPASS: "true",
      // Without it, git runs programs that an address names.
      GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
      ...environment,
      ...configVariables(url),
    },
    { GIT_SSH_COMMAND: "ssh -o BatchMode=yes" },
  );
  return {
    async run(args, { cwd, signal }) {
      const lines: string[] = [];
      try {
        const { exit, stdout } = await runProcess(program, args, {
          environment: variables,
          maxOutputBytes: 67_108_864,
          cwd,
          signal,
          onErrorLine: (line) => {
            if (lines.push(line) > maxErrorLines) {
              lines.shift();
            }
          },
        });
        const said = asClause(conceal(lines.join(" "), [...url.secrets, cacheDirectory]));
        return { hasSucceeded: exit === 0, stdout, said };
      } catch (error) {
        throw startError(error, program, "Install git, which fetches the package set");
      }
    },
  };
}

/** Configuration in the environment is in no list of processes and in no file. */
function configVariables(url: GitUrl): Record<string, string> {
  const config: (readonly [key: string, value: string])[] = [
    ["remote.origin.url", url.address],
    ["core.hooksPath", "/dev/null"],
    ["core.autocrlf", "false"],
    ["core.bare", "false"],
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    ["advice.detachedHead", "false"],
    ["log.showSignature", "false"],
    ["fetch.recurseSubmodules", "false"],
    ["submodule.recurse", "false"],
    ["protocol.version", "2"],
    // Abort a connection that has all but stopped; in bytes per second, and seconds.
    ["http.lowSpeedLimit", "1000"],
    ["http.lowSpeedTime", "30"],
  ];
  if (url.authorization !== undefined) {
    config.push([
      `http.${new URL(url.address).origin}/.extraHeader`,
      `Authorization: ${url.authorization}`,
    ]);
  }
  const variables = config.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { ...Object.fromEntries(variables), GIT_CONFIG_COUNT: String(config.length) };
}
