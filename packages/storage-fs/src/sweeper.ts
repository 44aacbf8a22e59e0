import type { Layout } from "./layout.ts";
import type { Owner } from "./owner.ts";
import { patience, sweep } from "./sweep.ts";

/** Sweeps at the start, and again when what had to stay then may have been abandoned. */
export interface Sweeper {
  /** Sweeps when it is time to; called before each write. */
  tidy(): Promise<void>;
}

export async function startSweeper(layout: Layout, owner: Owner): Promise<Sweeper> {
  const next = async (): Promise<number> =>
    (await sweep(layout, owner)) ? performance.now() + patience : Number.POSITIVE_INFINITY;
  let due = await next();

  return {
    async tidy() {
      if (performance.now() > due) {
        // Others that write meanwhile need not wait for it.
        due = Number.POSITIVE_INFINITY;
        due = await next();
      }
    },
  };
}
