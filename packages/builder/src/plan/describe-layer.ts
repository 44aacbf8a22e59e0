import { compareText } from "@nixery/kit/compare-text";
import { type ClosurePath, storePathName } from "@nixery/store-path";
import type { PlannedLayer } from "./plan-layers.ts";

/** Names that `docker history` shows of one layer. */
const maxNames = 4;

/** Describes a layer for the image's history: the largest paths by name, without hashes. */
export function describeLayer(
  layer: PlannedLayer,
  paths: ReadonlyMap<string, ClosurePath>,
): string {
  if (layer.kind === "root") {
    return "nixery: links to the packages";
  }
  const sizeOf = (path: string): number => paths.get(path)?.narSize ?? 0;
  const names = layer.paths
    .toSorted((a, b) => sizeOf(b) - sizeOf(a) || compareText(a, b))
    .slice(0, maxNames)
    .map(storePathName);
  const more = layer.paths.length - names.length;
  return `nixery: ${names.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
}
