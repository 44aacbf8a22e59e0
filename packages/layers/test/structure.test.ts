import * as fc from "fast-check";
import { expect, test } from "vitest";
import { closureSizes } from "../src/graph/closure-sizes.ts";
import { componentsOf } from "../src/graph/components.ts";
import { immediateDominators } from "../src/graph/dominators.ts";
import { indexClosure } from "../src/graph/index-closure.ts";
import type { Edges } from "../src/graph/indexed-closure.ts";
import { usersFirst } from "../src/graph/users-first.ts";
import { anyTask } from "./support.ts";

const indexed = anyTask.map(({ graph, roots }) => indexClosure(graph, roots, undefined));

test("roots reach every node, also cycles without other users", () => {
  fc.assert(
    fc.property(indexed, ({ paths, references, roots }) => {
      expect(reachable(roots, references).size).toBe(paths.length);
    }),
  );
});

test("closure sizes count every path once", () => {
  fc.assert(
    fc.property(indexed, (closure) => {
      const expected = closure.paths.map((_, node) =>
        [...reachable([node], closure.references)].reduce(
          (sum, reached) => sum + closure.narSizes[reached]!,
          0,
        ),
      );
      expect([...closureSizes(closure)]).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("stated closure sizes are used", () => {
  const path = "/nix/store/x-a";
  const graph = [{ path, narSize: 5, closureSize: 50, references: [] }];
  expect([...closureSizes(indexClosure(graph, undefined, undefined))]).toEqual([50]);
});

test("components have larger numbers than those below them, and include whole cycles", () => {
  fc.assert(
    fc.property(indexed, ({ references }) => {
      const { component } = componentsOf(references);
      for (const [node, own] of component.entries()) {
        for (const target of reachable([node], references)) {
          expect(component[target]!).toBeLessThanOrEqual(own);
          const isCycle = reachable([target], references).has(node);
          expect(component[target] === own).toBe(isCycle);
        }
      }
    }),
  );
});

test("users come first, except in the same cycle", () => {
  fc.assert(
    fc.property(indexed, (closure) => {
      const order = [...usersFirst(closure)];
      expect(order.toSorted((a, b) => a - b)).toEqual(closure.paths.map((_, node) => node));
      const { component } = componentsOf(closure.references);
      for (const [place, node] of order.entries()) {
        for (const target of reachable([node], closure.references)) {
          if (component[target] === component[node]) {
            continue;
          }
          expect(order.indexOf(target)).toBeGreaterThan(place);
        }
      }
    }),
  );
});

test("the immediate dominator is the last node on every way from the roots", () => {
  fc.assert(
    fc.property(indexed, (closure) => {
      const { references, roots } = closure;
      const dominated = closure.paths.map((_, node) => {
        const reached = reachable(roots, references, node);
        return new Set([...closure.paths.keys()].filter((other) => !reached.has(other)));
      });
      for (const [node, dominator] of immediateDominators(closure, roots).entries()) {
        const above = [...dominated.keys()].filter(
          (other) => other !== node && dominated[other]!.has(node),
        );
        const last = above.find((other) => above.every((each) => dominated[each]!.has(other)));
        expect(dominator).toBe(last ?? -1);
      }
    }),
    { numRuns: 500 },
  );
});

/** The given nodes and all below them, on ways that avoid one node. */
function reachable(from: Iterable<number>, edges: Edges, avoided = -1): Set<number> {
  const reached = new Set([...from].filter((node) => node !== avoided));
  for (const node of reached) {
    for (const target of edges.targets.subarray(edges.starts[node], edges.starts[node + 1])) {
      if (target !== avoided) {
        reached.add(target);
      }
    }
  }
  return reached;
}
