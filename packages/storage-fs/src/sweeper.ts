import { type SweepParts, patience, sweep } from "./sweep.ts";

/** Sweeps at the start, and again when what had to stay then may have been abandoned. */
export interface Sweeper {
  /** Sweeps when it is time to; called before each write. */
  tidy(): Promise<void>;
}

export async function startSweeper(parts: SweepParts): Promise<Sweeper> {
  const next = async (): Promise<number> =>
    (await sweep(parts)) ? performance.now() + patience : Number.POSITIVE_INFINITY;
  let due = await next();

  return {
    async tidy() {
      if (performance.now() > due) {
        // Other writes do not wait for it.
        due = Number.POSITIVE_INFINITY;
        // Files that it could not remove stay for the next time; the write does not fail.
        due = await next().catch(() => performance.now() + patience);
      }
    },
  };
}
