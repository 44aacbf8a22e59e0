import { createHash } from "node:crypto";
import type { WrittenObject } from "@nixery/storage";
import { ConditionError } from "@nixery/storage/remote";
import type { GcsText } from "./gcs-client.ts";
import { lookUp, parseObject, writeIdName } from "./gcs-object.ts";
import { type Upload, writtenOf } from "./upload.ts";

/** Stores an object in one request. */
export async function putObject(upload: Upload, bytes: Uint8Array): Promise<WrittenObject> {
  const { operation, onlyIf } = upload;
  const written = writtenOf(upload, bytes.byteLength);
  const body = bodyOf(upload, bytes);
  // Most objects are new.
  const first = await post(upload, body, onlyIf ?? "0");
  if (first.status !== 412) {
    return { ...written, version: parseObject(operation.key, first.fields()).info.version };
  }
  // An earlier attempt whose response was lost may have stored the object.
  const present = onlyIf === undefined || first.isRepeated ? await lookUp(upload) : undefined;
  if (present?.writeId === upload.writeId) {
    return { ...written, version: present.info.version };
  }
  if (onlyIf !== undefined) {
    throw new ConditionError();
  }
  const second = await post(upload, body, present?.info.version ?? "0");
  // Refused again: another write came after this one, and is the last.
  return second.status === 412
    ? written
    : { ...written, version: parseObject(operation.key, second.fields()).info.version };
}

/** The object with its metadata and its checksum, which the service checks. */
function bodyOf(
  { objectName, contentType, writeId }: Upload,
  bytes: Uint8Array,
): { readonly boundary: string; readonly chunks: readonly Uint8Array[] } {
  const boundary = crypto.randomUUID();
  const resource = JSON.stringify({
    name: objectName,
    contentType,
    md5Hash: createHash("md5").update(bytes).digest("base64"),
    metadata: { [writeIdName]: writeId },
  });
  const head =
    `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${resource}\r\n` +
    `--${boundary}\r\ncontent-type: ${contentType.replaceAll(/[\r\n]/g, " ")}\r\n\r\n`;
  return { boundary, chunks: [Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)] };
}

async function post(
  { client, operation, objectName: name, signal }: Upload,
  { boundary, chunks }: ReturnType<typeof bodyOf>,
  ifGenerationMatch: string,
): Promise<GcsText> {
  return await client.text({
    operation,
    method: "POST",
    url: client.uploadUrl({ uploadType: "multipart", name, ifGenerationMatch }),
    headers: { "content-type": `multipart/related; boundary=${boundary}` },
    body: chunks,
    accept: [200, 412],
    signal,
  });
}
