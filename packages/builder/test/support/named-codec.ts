import type { LayerCodec } from "@nixery/packing";

/** A codec that changes no byte and has a media type of a test's choice. */
export function createLayerCodec({ mediaType }: { readonly mediaType: string }): LayerCodec {
  return {
    id: "named",
    mediaType,
    blockSize: 1 << 16,
    encode: (block) => Promise.resolve(block),
  };
}
