export type { Blob, BlobInfo } from "./blob.ts";
export type { Blobs, OpenBlob, OpenBlobOptions } from "./blobs.ts";
export { createContent } from "./create-content.ts";
export type { Content, ContentOptions } from "./create-content.ts";
export type { Document, Documents, ReadDocumentOptions } from "./documents.ts";
export type { Entries } from "./entries.ts";
export { blobKey, entryKey } from "./keys.ts";
export type { EntryKind } from "./keys.ts";
export type { StoreBlobOptions } from "./store-blob.ts";
