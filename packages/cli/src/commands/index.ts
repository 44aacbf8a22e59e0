import type { Command } from "../command.ts";
import { completion } from "./completion.ts";
import { explain } from "./explain.ts";
import { popcount } from "./popcount.ts";
import { serve } from "./serve.ts";

/** In the order of the help. */
export const commands: readonly Command[] = [serve, explain, popcount, completion(() => commands)];
