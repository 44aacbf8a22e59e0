import type { Environment } from "./settings/read-config.ts";

/** A command of `nixery`. Help and completion are made from it. */
export interface Command {
  /** One word. */
  readonly name: string;
  /** Its purpose, as an imperative without a full stop. */
  readonly summary: string;
  /** @defaultValue the command has no argument */
  readonly argument?: CommandArgument | undefined;
  readonly options: readonly CommandOption[];
  /** Whether its help lists the environment variables of the settings. */
  readonly hasSettings?: boolean | undefined;
  /** Shown below the options. */
  readonly notes?: string | undefined;
  /** Runs to the end; resolves to the exit status. */
  run(input: CommandInput, context: CommandContext): Promise<number>;
}

export interface CommandArgument {
  /** In capitals, such as `NAME`. */
  readonly name: string;
  readonly summary: string;
  readonly isRequired: boolean;
  /** The only values that it can have, for help and completion. */
  readonly choices?: readonly string[] | undefined;
}

export interface CommandOption {
  /** The long name without dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string | undefined;
  /**
   * Placeholder of the value, in capitals.
   * @defaultValue the option is a flag
   */
  readonly value?: string | undefined;
  /** Whether it may be given several times. */
  readonly isRepeatable?: boolean | undefined;
  readonly summary: string;
  /** For help alone. */
  readonly default?: string | undefined;
}

/** The arguments on the command line. */
export interface CommandInput {
  readonly argument: string | undefined;
  /** The value of an option; the last one when it was given several times. */
  value(name: string): string | undefined;
  /** All values of a repeatable option. */
  values(name: string): readonly string[];
  hasFlag(name: string): boolean;
}

/** Where text goes: `process.stdout`, `process.stderr`, or anything that can be written to. */
export interface TextOutput {
  write(text: string): unknown;
  /** Whether it is a terminal, where a line can be overwritten. */
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  readonly columns?: number | undefined;
}

/** The environment and the streams of a command. */
export interface CommandContext {
  readonly environment: Environment;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** Aborts when the process has to stop. */
  readonly signal: AbortSignal;
}

/** An error in how a command is written; `message` has a full stop. The process exits with status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
