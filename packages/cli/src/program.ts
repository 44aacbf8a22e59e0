import { Command as Program, CommanderError, Option } from "commander";
import {
  type Command,
  type CommandContext,
  type CommandInput,
  type CommandOption,
  UsageError,
} from "./command.ts";
import { ConfigError } from "./config-error.ts";
import { settingsHelp } from "./settings/settings.ts";

export interface ProgramOptions {
  readonly version: string;
  readonly commands: readonly Command[];
}

/**
 * Runs the command that `argv` names. An error is one line on standard error: 1 for a failure, 2 for
 * wrong usage. The failure of a command that was interrupted is not reported.
 *
 * @param argv - what follows `nixery`
 * @returns the exit status
 */
export async function runProgram(
  argv: readonly string[],
  options: ProgramOptions,
  context: CommandContext,
): Promise<number> {
  try {
    return await parse(argv, options, context);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    if (!context.signal.aborted) {
      const message = isUsage ? withHelp(error.message, argv, options) : describe(error);
      context.stderr.write(`nixery: ${message}\n`);
    }
    return isUsage ? 2 : 1;
  }
}

async function parse(
  argv: readonly string[],
  { version, commands }: ProgramOptions,
  context: CommandContext,
): Promise<number> {
  let status = 0;
  const program = quiet(new Program("nixery"), context)
    .description("A container registry that builds images while they are pulled.")
    .version(version, "--version", "show the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [COMMAND]", "show the help of a command")
    .addHelpText("after", `\n${settingsHelp()}`);
  for (const command of commands) {
    const child = quiet(program.command(command.name), context)
      .summary(command.summary)
      .description(`${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`)
      .addHelpText("after", helpAfter(command))
      .action(async (...values: readonly unknown[]) => {
        const argument = command.argument === undefined ? undefined : values[0];
        const given = typeof argument === "string" ? argument : undefined;
        status = await command.run(inputOf(child, given), context);
      });
    if (command.argument !== undefined) {
      const { name, summary, isRequired } = command.argument;
      child.argument(isRequired ? `<${name}>` : `[${name}]`, summary);
    }
    for (const option of command.options) {
      child.addOption(optionOf(option));
    }
  }
  try {
    await program.parseAsync(argv.length === 0 ? ["--help"] : argv, { from: "user" });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    if (error.exitCode === 0) {
      return 0;
    }
    throw new UsageError(sentence(error.message));
  }
}

/** Has a command throw and write to the context instead of ending the process. */
function quiet(program: Program, { stdout }: CommandContext): Program {
  return program
    .exitOverride()
    .showSuggestionAfterError(false)
    .allowExcessArguments(false)
    .configureHelp({ helpWidth: stdout.columns ?? 100 })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: () => undefined,
    });
}

function optionOf({ name, short, value, isRepeatable, summary, ...rest }: CommandOption): Option {
  const flags = `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` <${value}>`}`;
  const option = new Option(
    flags,
    rest.default === undefined ? summary : `${summary} (default: ${rest.default})`,
  );
  return isRepeatable === true
    ? option.argParser((next: string, before: readonly string[] | undefined) => [
        ...(before ?? []),
        next,
      ])
    : option;
}

function inputOf(program: Program, argument: string | undefined): CommandInput {
  const given = new Map(
    program.options.map((option) => [
      option.long?.slice("--".length) ?? "",
      program.getOptionValue(option.attributeName()) as unknown,
    ]),
  );
  const values = (name: string): readonly string[] =>
    [given.get(name)].flat().filter((value) => typeof value === "string");
  return {
    argument,
    values,
    value: (name) => values(name).at(-1),
    hasFlag: (name) => given.get(name) === true,
  };
}

function helpAfter({ notes, hasSettings }: Command): string {
  return [notes, hasSettings === true ? settingsHelp() : undefined]
    .filter((part) => part !== undefined)
    .map((part) => `\n${part}`)
    .join("\n");
}

/** Points to the help of the command, in the last sentence of `message`. */
function withHelp(message: string, argv: readonly string[], { commands }: ProgramOptions): string {
  const command = commands.find(({ name }) => name === argv[0]);
  const help = command === undefined ? "nixery --help" : `nixery ${command.name} --help`;
  return message.replace(/\.$/, ` (see ${help}).`);
}

/** One line: the problem and the next step. A defect keeps its stack, for the report. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const isExpected =
    error instanceof ConfigError || ("code" in error && typeof error.code === "string");
  return isExpected ? error.message : String(error.stack);
}

/** The first sentence of Commander's text, in the form of this project's messages. */
function sentence(text: string): string {
  const [first = ""] = text.replace(/^error: /, "").split(/\.(?:\s|$)/, 1);
  const plain = first.replaceAll("'", '"');
  return `${plain[0]?.toUpperCase()}${plain.slice(1)}.`;
}
