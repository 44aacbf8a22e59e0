import type { Command } from "../command.ts";

export const explain: Command = {
  name: "explain",
  summary: "show the layers of an image without serving it",
  argument: {
    name: "NAME",
    summary: "an image, such as shell/git or shell/git:TAG",
    isRequired: true,
  },
  options: [{ name: "json", summary: "print JSON" }],
  hasSettings: true,

  async run(input, context) {
    const { printExplanation } = await import("../registry/print-explanation.ts");
    const request = { image: input.argument ?? "", isJson: input.hasFlag("json") };
    await printExplanation(request, context);
    return 0;
  },
};
