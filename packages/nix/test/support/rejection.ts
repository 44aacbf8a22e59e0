import { isPackageSourceError, type PackageSourceError } from "@nixery/package-source";

/** The reason that a promise rejects with; throws when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    (value) => {
      throw new Error(`It resolved to ${JSON.stringify(value)}.`);
    },
    (error: unknown) => error,
  );
}

/** The PackageSourceError that a promise rejects with. */
export async function sourceRejection(promise: Promise<unknown>): Promise<PackageSourceError> {
  const error = await rejection(promise);
  if (!isPackageSourceError(error)) {
    throw error;
  }
  return error;
}
