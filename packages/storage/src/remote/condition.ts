/**
 * The condition of a write does not hold. Inside a backend it is an error, so that an upload cleans
 * up as it does after any other; the caller of the backend gets `undefined`.
 */
export class ConditionError extends Error {
  override readonly name = "ConditionError";

  constructor() {
    super("The condition of the write does not hold.");
  }
}

/** Resolves as `write` does, or to `undefined` when it rejects with a {@link ConditionError}. */
export async function ifConditionHolds<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionError) {
      return undefined;
    }
    throw error;
  }
}
