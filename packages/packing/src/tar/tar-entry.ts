import type { ByteString } from "../byte-string.ts";

/** One entry of a layer. Names are relative to `/`, without a slash at either end. */
export type TarEntry =
  | { readonly type: "directory"; readonly name: ByteString; readonly mode: number }
  | { readonly type: "symlink"; readonly name: ByteString; readonly target: ByteString }
  | {
      readonly type: "file";
      readonly name: ByteString;
      readonly mode: number;
      /** Bytes; `content` has exactly as many. */
      readonly size: number;
      readonly content: Uint8Array | AsyncIterable<Uint8Array>;
    };
