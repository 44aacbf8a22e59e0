import { isStorageError } from "@nixery/storage";

/** How an operation ends, in one line. */
export async function outcomeOf(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
    return "done";
  } catch (error) {
    return isStorageError(error) ? `${error.code}: ${error.message}` : String(error);
  }
}
