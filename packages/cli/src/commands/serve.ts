import type { Command } from "../command.ts";

export const serve: Command = {
  name: "serve",
  summary: "run the registry",
  options: [],
  hasSettings: true,

  async run(_input, context) {
    const { runServer } = await import("../server/run-server.ts");
    await runServer(context);
    return 0;
  },
};
