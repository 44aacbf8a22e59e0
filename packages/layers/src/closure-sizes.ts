import type { Closure } from "./closure.ts";
import { componentsOf } from "./components.ts";

/** Nodes whose users are found in one sweep: the bits of a machine word. */
const blockSize = 32;

/**
 * The closure size of every node in bytes: what the nodes said, computed where they did not.
 *
 * Counting each shared path once takes a set of paths for every node. It is kept as one word of
 * bits a node and filled for 32 paths at a time, so memory stays linear in the closure.
 */
export function closureSizes(closure: Closure): Float64Array {
  const stated = closure.statedClosureSizes;
  if (!stated.some((size) => Number.isNaN(size))) {
    return stated;
  }
  const computed = computeSizes(closure);
  return stated.map((size, node) => (Number.isNaN(size) ? computed[node]! : size));
}

function computeSizes(closure: Closure): Float64Array {
  const { component, count, references } = componentsOf(closure.references);
  const ownSizes = new Float64Array(count);
  for (const [node, size] of closure.narSizes.entries()) {
    ownSizes[component[node]!]! += size;
  }

  const sizes = new Float64Array(count);
  const reached = new Int32Array(count);
  const sums = [0, 8, 16, 24].map(() => new Float64Array(256));
  for (let first = 0; first < count; first += blockSize) {
    fillByteSums(sums, ownSizes, first);
    const end = Math.min(first + blockSize, count);
    // Components are numbered after what they refer to: nothing before the block reaches into it.
    for (let node = first; node < count; node++) {
      let bits = node < end ? 1 << (node - first) : 0;
      for (let edge = references.starts[node]!; edge < references.starts[node + 1]!; edge++) {
        const target = references.targets[edge]!;
        if (target >= first) {
          bits |= reached[target]!;
        }
      }
      reached[node] = bits;
      if (bits === 0) {
        continue;
      }
      sizes[node]! +=
        sums[0]![bits & 255]! +
        sums[1]![(bits >>> 8) & 255]! +
        sums[2]![(bits >>> 16) & 255]! +
        sums[3]![bits >>> 24]!;
    }
  }
  return Float64Array.from(component, (index) => sizes[index]!);
}

/** For each byte of a block's bits and each value of it, the sizes of the paths it stands for. */
function fillByteSums(sums: readonly Float64Array[], sizes: Float64Array, first: number): void {
  for (const [byte, table] of sums.entries()) {
    for (let value = 1; value < 256; value++) {
      const lowestBit = 31 - Math.clz32(value & -value);
      const size = sizes[first + byte * 8 + lowestBit] ?? 0;
      table[value] = table[value & (value - 1)]! + size;
    }
  }
}
