import { cacheId } from "./cache-id.ts";
import { compressionId } from "./compression.ts";
import type { ImageRequestParts, PlanImageTools } from "./plan-image.ts";
import { planFormat } from "./plan-layers.ts";
import { popularityId } from "./popularity-id.ts";

/** Raised when configs or manifests change for the same layers. */
const imageFormat = 1;

/**
 * What two requests have in common that get the same image: all that a manifest depends on. Key of
 * the image's entry in the manifest cache. Where nothing pins the package set it is good for joining
 * a build and no longer, and the tag stands for the set.
 */
export function imageId(
  { image, tag, source }: ImageRequestParts,
  tools: Omit<PlanImageTools, "packages">,
): string {
  const pinned = source.cacheKey !== undefined;
  return cacheId(
    "image",
    `${imageFormat}.${planFormat}`,
    pinned ? "pinned" : "tag",
    source.cacheKey ?? tag,
    image.platform.system,
    image.shell,
    image.packages,
    [tools.strategy.name, tools.budget, popularityId(tools.popularity)],
    compressionId(tools.compression),
  );
}
