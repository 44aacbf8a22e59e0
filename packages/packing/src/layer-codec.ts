import { callable, checkFields, optional, text, wholeNumberFrom } from "./check-fields.ts";
import { callFactory, type ModuleReference } from "./module-reference.ts";

/**
 * How the tar of a layer is encoded, block by block. A block's bytes depend on that block, the bytes
 * before it and the codec's options alone, so blocks can be encoded at the same time, in any order
 * and on any thread.
 */
export interface LayerCodec {
  /**
   * Names everything that can change the bytes, such as `gzip-5-524288`; part of cache keys. A
   * library's release is not part of it: a stored layer keeps its bytes.
   */
  readonly id: string;
  /** OCI media type of the encoded layer. */
  readonly mediaType: string;
  /** Bytes of tar in each block but the last. */
  readonly blockSize: number;
  /**
   * Number of bytes before a block that `encode` needs.
   * @defaultValue 0
   */
  readonly lookBack?: number | undefined;
  /**
   * @param before - the `lookBack` bytes before the block; fewer at the start of the layer
   */
  encode(block: Uint8Array, before: Uint8Array): Promise<Uint8Array>;
  /**
   * Makes the frame around the blocks of one layer.
   * @defaultValue no frame
   */
  createFrame?(): LayerFrame;
}

/** The parts of a layer around its blocks. */
export interface LayerFrame {
  /** Bytes before the first block. */
  readonly head: Uint8Array;
  /** Called with every block of tar, in order. */
  add(block: Uint8Array): void;
  /** Bytes after the last block. */
  end(): Uint8Array;
}

/** Names a module that exports `createLayerCodec(options): LayerCodec`. */
export type LayerCodecReference = ModuleReference;

const fields = {
  id: text,
  mediaType: text,
  blockSize: wholeNumberFrom(1),
  lookBack: optional(wholeNumberFrom(0)),
  encode: callable,
  createFrame: optional(callable),
};

/** @throws PackingError `ERR_PACKING_INVALID_OPTION` */
export async function loadLayerCodec(reference: LayerCodecReference): Promise<LayerCodec> {
  const codec = await callFactory(reference, "createLayerCodec");
  checkFields(codec, reference, fields);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its fields are checked
  return codec as LayerCodec;
}
