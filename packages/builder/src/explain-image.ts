import type { ImageName } from "@nixery/image-name";
import type { ResolvedSource } from "@nixery/package-source";
import pLimit from "p-limit";
import type { BuiltLayer } from "./cache/built-layer.ts";
import type { LayerBuilder } from "./layer-builder.ts";
import {
  type ImageRequestParts,
  type PlanImageOptions,
  type PlanImageTools,
  planImage,
} from "./plan/plan-image.ts";
import type { PlannedLayer } from "./plan/plan-layers.ts";

/** Layers that the storage is asked for at the same time. */
const maxFinds = 16;

/** The image that a pull would build. */
export interface ExplainedImage {
  readonly kind: "explained";
  readonly image: ImageName;
  readonly source: ResolvedSource;
  /** In the order of the manifest. */
  readonly layers: readonly ExplainedLayer[];
}

/** One layer of it. */
export interface ExplainedLayer extends Pick<
  PlannedLayer,
  "id" | "kind" | "paths" | "narSize" | "reason"
> {
  /** The stored layer, of this image or another; `undefined` when it must be built. */
  readonly stored: BuiltLayer | undefined;
}

/** Plans an image as a pull does, and finds the layers that are stored already. */
export async function explainImage(
  request: ImageRequestParts,
  tools: PlanImageTools & { readonly layerBuilder: LayerBuilder },
  options: PlanImageOptions,
): Promise<ExplainedImage> {
  const { signal } = options;
  const { plannedLayers } = await planImage(request, tools, options);
  const limit = pLimit(maxFinds);
  const layers = await limit.map(plannedLayers, async (layer): Promise<ExplainedLayer> => {
    const { id, kind, paths, narSize, reason } = layer;
    const stored = await tools.layerBuilder.find(layer, { signal });
    return { id, kind, paths, narSize, reason, stored };
  });
  return { kind: "explained", image: request.image, source: request.source, layers };
}
