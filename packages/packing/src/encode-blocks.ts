import type { LayerCodec } from "./layer-codec.ts";
import { mapAhead } from "./map-ahead.ts";

export interface EncodeBlocksOptions {
  /** Blocks of this stream that may be in encoding or wait to be read; at least 1. */
  readonly maxBlocks: number;
  /** Runs a job when its turn comes; a limit shared by all streams of the process. */
  run<T>(this: void, job: () => Promise<T>): Promise<T>;
}

/**
 * Encodes blocks of tar, several at once, in their order. The bytes depend on the blocks and the
 * codec alone. When the reader stops early or a block fails, the blocks in encoding are awaited.
 */
export async function* encodeBlocks(
  blocks: AsyncIterable<Uint8Array>,
  codec: LayerCodec,
  { maxBlocks, run }: EncodeBlocksOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { lookBack = 0 } = codec;
  const frame = codec.createFrame?.();
  let before: Uint8Array = new Uint8Array();
  const encode = (block: Uint8Array): Promise<Uint8Array> => {
    frame?.add(block);
    // A constant for the job: `before` is that of a later block when its turn comes.
    const context = before;
    before = endOf(before, block, lookBack);
    return run(() => codec.encode(block, context));
  };
  if (frame !== undefined) {
    yield frame.head;
  }
  yield* mapAhead(blocks, maxBlocks, encode);
  if (frame !== undefined) {
    yield frame.end();
  }
}

/** The last `length` bytes of `before` and `block` together. */
function endOf(before: Uint8Array, block: Uint8Array, length: number): Uint8Array {
  if (length === 0) {
    return before;
  }
  return block.length >= length
    ? block.subarray(-length)
    : Buffer.concat([before, block]).subarray(-length);
}
