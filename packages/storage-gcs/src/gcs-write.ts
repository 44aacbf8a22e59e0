import { createHash } from "node:crypto";
import { abortable, type ObjectInfo, StorageError } from "@nixery/storage";
import { inParts } from "@nixery/storage/remote";
import type { GcsText } from "./gcs-client.ts";
import {
  deleteObject,
  type GcsObject,
  lookUp,
  type ObjectContext,
  parseObject,
} from "./gcs-object.ts";
import { lost, openSession } from "./upload-session.ts";

/** An object as it is to be stored. */
export interface Upload extends ObjectContext {
  readonly contentType: string;
}

/**
 * Stores what `source` yields: in one request when it fits into one part of `partSize` bytes, else
 * part after part in a resumable session. Every request is bound to the version of the object that
 * it replaces, so that a request sent twice cannot undo what another writer did in between.
 */
export async function writeObject(
  upload: Upload,
  source: AsyncIterable<Uint8Array>,
  partSize: number,
): Promise<ObjectInfo> {
  const bytes = abortable(source, { signal: upload.signal });
  const spare: Uint8Array<ArrayBuffer>[] = [];
  const parts = inParts(bytes, partSize, spare);
  try {
    const first = (await parts.next()).value ?? new Uint8Array(0);
    return first.byteLength < partSize
      ? await writeAtOnce(upload, first)
      : await writeInParts(upload, first, parts, spare);
  } catch (error) {
    // Ends a source that is not what failed; nobody waits for one that may be stuck.
    bytes.return().catch(() => undefined);
    throw error;
  }
}

/** One request with the object, its content type and its checksum, which the service checks. */
async function writeAtOnce(upload: Upload, bytes: Uint8Array): Promise<ObjectInfo> {
  const { client, operation, objectName, contentType, signal } = upload;
  const md5 = createHash("md5").update(bytes).digest("base64");
  const boundary = crypto.randomUUID();
  const metadata = JSON.stringify({ name: objectName, contentType, md5Hash: md5 });
  const body = [
    Buffer.from(
      `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${metadata}\r\n` +
        `--${boundary}\r\ncontent-type: ${contentType.replaceAll(/[\r\n]/g, " ")}\r\n\r\n`,
    ),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ];
  const put = (ifGenerationMatch: string): Promise<GcsText> =>
    client.text({
      operation,
      method: "POST",
      url: client.uploadUrl({ uploadType: "multipart", name: objectName, ifGenerationMatch }),
      headers: { "content-type": `multipart/related; boundary=${boundary}` },
      body,
      accept: [200, 412],
      signal,
    });
  // Most objects are new.
  const created = await put("0");
  if (created.status === 200) {
    return infoOf(parseObject(operation.key, created.fields()));
  }
  const present = await lookUp(upload);
  const written = { key: operation.key, size: bytes.byteLength, contentType };
  // An attempt whose answer was lost has written it, or it was there before.
  if (present === undefined || !isSame(present, md5, written)) {
    // 412 again: another writer came after this one and before its bytes, and has the last word.
    await put(present?.generation ?? "0");
  }
  return written;
}

/** A session of full parts and a last one that is shorter, or empty. */
async function writeInParts(
  upload: Upload,
  first: Uint8Array<ArrayBuffer>,
  rest: AsyncIterator<Uint8Array<ArrayBuffer>, void>,
  spare: Uint8Array<ArrayBuffer>[],
): Promise<ObjectInfo> {
  const replaced = (await lookUp(upload))?.generation ?? "0";
  const session = await openSession(upload, upload.contentType, replaced);
  try {
    const hash = createHash("md5");
    let size = 0;
    let part = first;
    while (part.byteLength === first.byteLength) {
      // The next part fills while this one is on its way.
      const [next] = await Promise.all([rest.next(), session.send(part)]);
      hash.update(part);
      size += part.byteLength;
      spare.push(part);
      part = next.value ?? new Uint8Array(0);
    }
    const md5 = hash.update(part).digest("base64");
    const written = {
      key: upload.operation.key,
      size: size + part.byteLength,
      contentType: upload.contentType,
    };
    const made = await session.finish(part, md5);
    if (made === "forgotten") {
      await confirm(upload, md5, written);
    } else if (made !== "overtaken" && !isSame(made, md5, written)) {
      throw await corrupt(upload, made);
    }
    return written;
  } catch (error) {
    await session.cancel();
    throw error;
  }
}

/** Looks whether an upload has made its object, where the service no longer says so. */
async function confirm(upload: Upload, md5: string, written: ObjectInfo): Promise<void> {
  const present = await lookUp(upload);
  if (present === undefined || !isSame(present, md5, written)) {
    throw lost(upload);
  }
}

/** Removes an object whose checksum the service has not compared, as an emulator may not. */
async function corrupt(upload: Upload, made: GcsObject): Promise<StorageError> {
  const { backend, key } = upload.operation;
  await deleteObject(upload, made.generation);
  return new StorageError("ERR_STORAGE_CORRUPT", {
    backend,
    key,
    message: `${backend} received other bytes for ${key} than were sent; try again, and look at what stands between here and the service`,
  });
}

function isSame(object: GcsObject, md5: string, { size, contentType }: ObjectInfo): boolean {
  return (
    object.size === size &&
    object.contentType === contentType &&
    (object.md5 === undefined || object.md5 === md5)
  );
}

function infoOf({ key, size, contentType }: GcsObject): ObjectInfo {
  return { key, size, contentType };
}
