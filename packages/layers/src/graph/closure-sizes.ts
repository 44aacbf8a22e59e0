import type { IndexedClosure } from "./indexed-closure.ts";
import { componentsOf } from "./components.ts";

/** Nodes that one sweep counts: the bits of a machine word. */
const blockSize = 32;

/**
 * The closure size of every node in bytes: the stated one, else a computed one.
 *
 * Counting each shared path once takes a set of paths for every node. The set is one word of bits a
 * node, filled for 32 paths at a time, so memory stays linear in the closure.
 */
export function closureSizes(closure: IndexedClosure): Float64Array {
  const stated = closure.statedClosureSizes;
  if (!stated.some((size) => Number.isNaN(size))) {
    return stated;
  }
  const computed = computeSizes(closure);
  return stated.map((size, node) => (Number.isNaN(size) ? computed[node]! : size));
}

function computeSizes(closure: IndexedClosure): Float64Array {
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
    // Numbers are larger than those of all components below, so none before the block reaches it.
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

/** For each byte of a block and each value of it, the sum of the sizes of its paths. */
function fillByteSums(sums: readonly Float64Array[], sizes: Float64Array, first: number): void {
  for (const [byte, table] of sums.entries()) {
    for (let value = 1; value < 256; value++) {
      const lowestBit = 31 - Math.clz32(value & -value);
      const size = sizes[first + byte * 8 + lowestBit] ?? 0;
      table[value] = table[value & (value - 1)]! + size;
    }
  }
}
