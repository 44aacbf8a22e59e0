import { stagingKey, type Storage } from "@nixery/storage";
import { pieces } from "./bytes.ts";

/** Writes an object as a registry does: under a staging key first, since its digest is not known. */
export async function writeStaged(
  storage: Storage,
  key: string,
  bytes: Uint8Array,
  contentType: string,
): Promise<void> {
  const staging = stagingKey();
  await storage.write(staging, pieces(bytes), { contentType });
  await storage.move(staging, key);
}
