import type { Command, CommandOption } from "../command.ts";

export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/** A script for `shell` that completes the commands, their options and the choices of arguments. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
  return scripts[shell](commands);
}

const help: CommandOption = { name: "help", short: "h", summary: "show help" };

function optionsOf({ options }: Command): readonly CommandOption[] {
  return [...options, help];
}

function bashScript(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const options = optionsOf(command).flatMap(({ name, short }) => [
      `--${name}`,
      ...(short === undefined ? [] : [`-${short}`]),
    ]);
    const words = [...(command.argument?.choices ?? []), ...options];
    return `    ${command.name}) words="${words.join(" ")}" ;;`;
  });
  return `_nixery() {
  local words
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${[...commands.map(({ name }) => name), "help", "--help", "--version"].join(" ")}"
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _nixery nixery
`;
}

function zshScript(commands: readonly Command[]): string {
  const names = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = commands.map((command) => {
    const specs = optionsOf(command).map(
      ({ name, value, summary }) =>
        `'--${name}${value === undefined ? "" : "="}[${quoted(summary)}]${value === undefined ? "" : `:${value}:_files`}'`,
    );
    const choices = command.argument?.choices;
    const argument =
      choices === undefined ? [] : [`'1:${command.argument?.name}:(${choices.join(" ")})'`];
    return `    ${command.name}) _arguments ${[...specs, ...argument].join(" ")} ;;`;
  });
  return `#compdef nixery
_nixery() {
  local -a commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT -= 1 ))
  case $name in
${cases.join("\n")}
  esac
}
compdef _nixery nixery
`;
}

function fishScript(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c nixery -n __fish_use_subcommand -f -a ${command.name} -d '${quoted(command.summary)}'`,
    ...optionsOf(command).map(
      ({ name, short, value, summary }) =>
        `complete -c nixery -n '__fish_seen_subcommand_from ${command.name}' -l ${name}${short === undefined ? "" : ` -s ${short}`}${value === undefined ? "" : " -r"} -d '${quoted(summary)}'`,
    ),
    ...(command.argument?.choices ?? []).map(
      (choice) =>
        `complete -c nixery -n '__fish_seen_subcommand_from ${command.name}' -f -a ${choice}`,
    ),
  ]);
  return `${lines.join("\n")}\n`;
}

/** For single quotes; brackets and colons have a meaning in zsh's descriptions. */
function quoted(text: string): string {
  return text.replaceAll("'", "").replaceAll("[", "(").replaceAll("]", ")").replaceAll(":", ",");
}
