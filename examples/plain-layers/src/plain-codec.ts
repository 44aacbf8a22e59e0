import type { LayerCodec, LayerCodecReference } from "@nixery/packing";

/**
 * Layers without compression, for a registry on the same machine or a fast network, where compressing
 * takes longer than transferring the bytes that it saves.
 *
 *     createNixery({ ..., compression: { codec: plain() } })
 */
export function plain(): LayerCodecReference {
  return { module: import.meta.url };
}

/** The builder imports this module and calls this function. */
export function createLayerCodec(): LayerCodec {
  return {
    id: "plain",
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    blockSize: 1 << 20,
    async encode(block) {
      return block;
    },
  };
}
