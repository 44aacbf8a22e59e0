import { createHash } from "node:crypto";
import { StorageError, type WrittenObject } from "@nixery/storage";
import { ConditionError, type PartSource } from "@nixery/storage/remote";
import { type GcsObject, lookUp } from "./gcs-object.ts";
import { removeObject } from "./gcs-remove.ts";
import { type Upload, writtenOf } from "./upload.ts";
import { lost, openSession, type UploadSession } from "./upload-session.ts";

/** Stores an object in a session of full parts and a last one that is shorter, or empty. */
export async function uploadParts(upload: Upload, source: PartSource): Promise<WrittenObject> {
  const session = await beginSession(upload);
  try {
    const hash = createHash("md5");
    let size = 0;
    const first = await source.parts.next();
    let part = first.value ?? new Uint8Array(0);
    const { byteLength: partSize } = part;
    while (part.byteLength === partSize) {
      // The next part fills while this one is sent.
      const [next] = await Promise.all([source.parts.next(), session.send(part)]);
      hash.update(part);
      size += part.byteLength;
      source.reuse(part);
      part = next.value ?? new Uint8Array(0);
    }
    const md5 = hash.update(part).digest("base64");
    const written = writtenOf(upload, size + part.byteLength);
    return { ...written, version: await finish(upload, session, part, md5, written) };
  } catch (error) {
    await session.cancel();
    throw error;
  }
}

const maxSessions = 5;

/** Opens a session that replaces the object as it is now, or as the condition demands it. */
async function beginSession(upload: Upload): Promise<UploadSession> {
  for (let opened = 1; opened <= maxSessions; opened += 1) {
    const generation = upload.onlyIf ?? (await lookUp(upload))?.info.version ?? "0";
    const session = await openSession(upload, generation);
    if (session !== undefined) {
      return session;
    }
    if (upload.onlyIf !== undefined) {
      throw new ConditionError();
    }
  }
  throw lost(upload);
}

/** Completes a session; returns the version of its object, unless another write replaced it. */
async function finish(
  upload: Upload,
  session: UploadSession,
  part: Uint8Array,
  md5: string,
  written: WrittenObject,
): Promise<string | undefined> {
  const made = await session.finish(part, md5);
  if (made === "forgotten" || made === "refused") {
    // As after an earlier attempt whose response was lost.
    const present = await lookUp(upload);
    if (present?.writeId === upload.writeId) {
      return present.info.version;
    }
    if (made === "forgotten") {
      throw lost(upload);
    }
    if (upload.onlyIf !== undefined) {
      throw new ConditionError();
    }
    return undefined;
  }
  if (!isSame(made, md5, written)) {
    throw await corrupt(upload, made);
  }
  return made.info.version;
}

/** Removes an object whose checksum the service did not compare, as an emulator may not. */
async function corrupt(upload: Upload, made: GcsObject): Promise<StorageError> {
  const { backend, key } = upload.operation;
  await removeObject(upload, made.info.version);
  return new StorageError("ERR_STORAGE_CORRUPT", {
    backend,
    key,
    message: `${backend} received other bytes for ${key} than were sent. Try again, and check for a proxy that alters traffic.`,
  });
}

function isSame({ info, md5: stored }: GcsObject, md5: string, written: WrittenObject): boolean {
  return (
    info.size === written.size &&
    info.contentType === written.contentType &&
    (stored === undefined || stored === md5)
  );
}
