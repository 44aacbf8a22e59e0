import type { Closure } from "./closure.ts";
import { componentsOf } from "./components.ts";

/**
 * Every node after all that refer to it; the nodes of a cycle one after the other, in their own
 * order.
 */
export function usersFirst(closure: Closure): Uint32Array {
  const { component, count } = componentsOf(closure.references);
  const places = new Uint32Array(count + 1);
  // Components are numbered after what they refer to, so the last one has no users.
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
