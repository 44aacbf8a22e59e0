import { isStorageError, type Storage, type StorageErrorCode } from "@nixery/storage";

/**
 * Code, backend and key of the `StorageError` of a failed operation. The error itself when its
 * message contains a secret or the backend's name twice, as that of a wrapped error would.
 */
export async function failureOf(running: Promise<unknown>): Promise<unknown> {
  const error: unknown = await running.then(
    () => "it succeeded",
    (reason: unknown) => reason,
  );
  if (!isStorageError(error) || /upload_?id|-secret|signature=|http:/i.test(error.message)) {
    return error;
  }
  const { code, backend, key: of, message } = error;
  return message.split(backend).length === 2 ? { code, backend, key: of } : error;
}

/** The result of {@link failureOf} for an error of `storage` with `code`. */
export function failure(storage: Storage, code: StorageErrorCode, of: string | undefined): unknown {
  return { code, backend: storage.name, key: of };
}
