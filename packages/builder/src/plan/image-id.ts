import { sourceAnnotations } from "@nixery/manifest";
import { cacheId } from "./cache-id.ts";
import { codecId, layerFormats } from "./layer-id.ts";
import type { ImageRequestParts } from "./plan-image.ts";
import type { PlanLayersOptions } from "./plan-layers.ts";

/** Raised when configs or manifests change for the same layers. */
const imageFormat = 1;

/**
 * Equal for two requests that get the same image: it is made of all that config and manifests depend
 * on beside the manifest's format. Id of the image's cache entry. Where nothing pins the package
 * set, the id serves for joining a build alone, and the tag identifies the set.
 */
export function imageId(
  { image, tag, source }: ImageRequestParts,
  { codec, strategy, budget, popularity }: PlanLayersOptions,
): string {
  const pin = source.cacheKey === undefined ? ["tag", tag] : ["pinned", source.cacheKey];
  const annotations = Object.entries(sourceAnnotations(source) ?? {});
  return cacheId(
    "image",
    `${imageFormat}.${layerFormats}`,
    pin,
    annotations,
    image.platform.system,
    image.hasShell,
    image.packages,
    [strategy.name, budget, popularity?.identity ?? ""],
    codecId(codec),
  );
}
