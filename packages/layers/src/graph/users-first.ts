import type { IndexedClosure } from "./indexed-closure.ts";
import { componentsOf } from "./components.ts";

/**
 * All nodes, each after its users; the nodes of a cycle one after the other, in ascending order.
 */
export function usersFirst(closure: IndexedClosure): Uint32Array {
  const { component, count } = componentsOf(closure.references);
  const places = new Uint32Array(count + 1);
  // A component has a larger number than all below it, so the last one has no users.
  for (const index of component) {
    places[count - index]! += 1;
  }
  for (let place = 1; place <= count; place++) {
    places[place]! += places[place - 1]!;
  }
  const order = new Uint32Array(component.length);
  for (const [node, index] of component.entries()) {
    order[places[count - 1 - index]!++] = node;
  }
  return order;
}
