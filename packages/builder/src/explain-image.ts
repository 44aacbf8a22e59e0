import type { ImageName } from "@nixery/image-name";
import type { ResolvedSource } from "@nixery/nix";
import pLimit from "p-limit";
import type { BuiltLayer } from "./build-layer.ts";
import type { LayerBuilder } from "./layer-builder.ts";
import {
  type ImageRequestParts,
  type PlanImageOptions,
  type PlanImageTools,
  planImage,
} from "./plan-image.ts";
import type { PlannedLayer } from "./plan-layers.ts";

/** Layers that the storage is asked for at the same time. */
const findsAtOnce = 16;

/** What a pull would build. */
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
  /** What the storage holds of it, from this image or another; `undefined` when it must be built. */
  readonly stored: BuiltLayer | undefined;
}

/** Plans an image as a pull does, and tells which of its layers are there already. */
export async function explainImage(
  request: ImageRequestParts,
  tools: PlanImageTools & { readonly layers: LayerBuilder },
  options: PlanImageOptions,
): Promise<ExplainedImage> {
  const { signal } = options;
  const planned = await planImage(request, tools, options);
  const limit = pLimit(findsAtOnce);
  const layers = await limit.map(planned.layers, async (layer): Promise<ExplainedLayer> => {
    const { id, kind, paths, narSize, reason } = layer;
    return { id, kind, paths, narSize, reason, stored: await tools.layers.find(layer, { signal }) };
  });
  return { kind: "explained", image: request.image, source: request.source, layers };
}
