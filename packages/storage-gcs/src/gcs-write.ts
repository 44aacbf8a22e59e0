import type { WrittenObject } from "@nixery/storage";
import { writeInParts } from "@nixery/storage/remote";
import { putObject } from "./put-object.ts";
import type { Upload } from "./upload.ts";
import { uploadParts } from "./upload-parts.ts";

/**
 * Stores the bytes of `source`: in one request when they fit into one part of `partSize` bytes, else
 * in a resumable upload. Every request is bound to the generation that it replaces, so that a
 * repeated request cannot undo another write. Rejects with a `ConditionError` when the condition of
 * the write does not hold.
 */
export async function writeObject(
  upload: Upload,
  source: AsyncIterable<Uint8Array>,
  partSize: number,
): Promise<WrittenObject> {
  return await writeInParts(source, {
    partSize,
    signal: upload.signal,
    writeWhole: (bytes) => putObject(upload, bytes),
    writeParts: (parts) => uploadParts(upload, parts),
  });
}
