import type { ClosurePath } from "@nixery/nix";
import { byteOrder } from "./byte-string.ts";
import type { PlannedLayer } from "./plan-layers.ts";

/** Names that `docker history` shows of one layer. */
const mostNames = 4;

/** What is in a layer, for the image's history: the largest paths by name, without hashes. */
export function describeLayer(
  layer: PlannedLayer,
  paths: ReadonlyMap<string, ClosurePath>,
): string {
  if (layer.kind === "root") {
    return "nixery: links to the packages";
  }
  const sizeOf = (path: string): number => paths.get(path)?.narSize ?? 0;
  const names = layer.paths
    .toSorted((a, b) => sizeOf(b) - sizeOf(a) || byteOrder(a, b))
    .slice(0, mostNames)
    .map((path) => path.slice(path.lastIndexOf("/") + 1).replace(/^[0-9a-z]{32}-/, ""));
  const more = layer.paths.length - names.length;
  return `nixery: ${names.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}
