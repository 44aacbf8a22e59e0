export type { LayerCodec, LayerCodecReference, LayerFrame } from "./layer-codec.ts";
export type { ModuleReference } from "./module-reference.ts";
export type {
  AnywhereReader,
  InOrderReader,
  ListedEntry,
  StoreEntry,
  StoreEntryKind,
  StoreFile,
  StoreReader,
  StoreReaderReference,
} from "./store-reader.ts";
