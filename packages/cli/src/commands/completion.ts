import { type Command, UsageError } from "../command.ts";
import { completionScript, shells } from "../completion/completion-script.ts";

/** @param commands - those that the scripts complete, this one included */
export function completion(commands: () => readonly Command[]): Command {
  return {
    name: "completion",
    summary: "print a script that completes commands and options in a shell",
    argument: { name: "SHELL", summary: shells.join(", "), isRequired: true, choices: shells },
    options: [],
    notes: [
      "Load it in the shell's start-up file:",
      '  bash  eval "$(nixery completion bash)"',
      '  zsh   eval "$(nixery completion zsh)"',
      "  fish  nixery completion fish | source",
    ].join("\n"),
    async run({ argument }, { stdout }) {
      const shell = shells.find((name) => name === argument);
      if (shell === undefined) {
        throw new UsageError(`Unknown shell "${argument}". Use one of ${shells.join(", ")}.`);
      }
      stdout.write(completionScript(shell, commands()));
      return 0;
    },
  };
}
