import {
  type LayerCodecReference,
  loadLayerCodec,
  loadStoreReader,
  packLayer,
  storeEntries,
  type StoreReaderReference,
} from "../../src/index.ts";
import { bytes } from "./tar.ts";

export interface PackedPaths {
  readonly bytes: Uint8Array;
  readonly diffId: string;
}

/** Packs store paths with what two references name. */
export async function packPaths(
  codec: LayerCodecReference,
  reader: StoreReaderReference,
  paths: readonly string[],
): Promise<PackedPaths> {
  const entries = storeEntries(await loadStoreReader(reader), paths);
  const { written, diffId } = await packLayer(entries, bytes, {
    codec: await loadLayerCodec(codec),
    maxBlocks: 2,
    run: (job) => job(),
  });
  return { bytes: written, diffId };
}
