import { isNixError, type NixError } from "@nixery/nix";

/** What a promise rejects with; itself an error when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => {
      throw new Error(`It did not reject, but gave ${JSON.stringify(value)}.`);
    },
    (error: unknown) => error,
  );
}

/** The NixError that a promise rejects with. */
export async function nixRejection(promise: Promise<unknown>): Promise<NixError> {
  const error = await rejection(promise);
  if (!isNixError(error)) {
    throw error;
  }
  return error;
}
