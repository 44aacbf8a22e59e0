import { childEnvironment } from "./child-environment.ts";
import { conceal, oneLine } from "./message.ts";
import type { GitUrl } from "./git-url.ts";
import { runProcess } from "./run-process.ts";
import { startError } from "./start-error.ts";

export interface GitClientOptions {
  readonly url: GitUrl;
  /** Name or path of the program. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where git works; clients are not told. */
  readonly cacheDirectory: string;
}

export interface GitResult {
  readonly succeeded: boolean;
  readonly stdout: string;
  /** The last lines of standard error on one line, without secrets and places. */
  readonly said: string;
}

/** Runs git commands that know the repository as the remote `origin`. */
export interface GitClient {
  readonly run: (
    args: readonly string[],
    options: { readonly cwd: string; readonly signal?: AbortSignal | undefined },
  ) => Promise<GitResult>;
}

export function createGitClient(options: GitClientOptions): GitClient {
  const { url, program, environment, cacheDirectory } = options;
  const variables = childEnvironment(
    {
      LC_ALL: "C",
      // Nobody is there to answer a question.
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
    run: async (args, { cwd, signal }) => {
      const lines: string[] = [];
      try {
        const { exit, stdout } = await runProcess(program, args, {
          environment: variables,
          maxOutputBytes: 67_108_864,
          cwd,
          signal,
          onErrorLine: (line) => {
            if (lines.push(line) > 10) {
              lines.shift();
            }
          },
        });
        const said = oneLine(conceal(lines.join(" "), [...url.secrets, cacheDirectory]));
        return { succeeded: exit === 0, stdout, said };
      } catch (error) {
        throw startError(error, program, "install git, which fetches the package set");
      }
    },
  };
}

/** Configuration in the environment: it shows up in no list of processes and in no file. */
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
    // A connection that has all but stopped is given up, in bytes a second and seconds.
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
