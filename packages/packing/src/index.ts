export { bytesOf } from "./byte-string.ts";
export type { ByteString } from "./byte-string.ts";
export { diskReader } from "./disk/disk-reader.ts";
export type { DiskReaderOptions } from "./disk/disk-reader.ts";
export type { EncodeBlocksOptions } from "./encode-blocks.ts";
export { gzip } from "./gzip-codec.ts";
export type { GzipOptions } from "./gzip-codec.ts";
export { loadLayerCodec } from "./layer-codec.ts";
export type { LayerCodec, LayerCodecReference, LayerFrame } from "./layer-codec.ts";
export type { ModuleReference } from "./module-reference.ts";
export { packLayer } from "./pack-layer.ts";
export type { PackedLayer, PackLayerOptions } from "./pack-layer.ts";
export { isPackingError, PackingError } from "./packing-error.ts";
export type { PackingErrorCode, PackingErrorDetails } from "./packing-error.ts";
export { loadStoreReader } from "./store-reader.ts";
export type {
  AnywhereReader,
  InOrderReader,
  ListedEntry,
  ReaderOptions,
  StoreEntry,
  StoreEntryKind,
  StoreFile,
  StoreReader,
  StoreReaderReference,
} from "./store-reader.ts";
export { storeEntries } from "./tar/store-entries.ts";
export type { TarEntry } from "./tar/tar-entry.ts";
