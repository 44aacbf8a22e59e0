import type { ImageName } from "@nixery/image-name";
import type { Emit } from "@nixery/kit/create-emit";
import type { Closure, PackageSource, ResolvedSource } from "@nixery/package-source";
import type { BuildEvent, InBuild } from "../build-event.ts";
import { type PlannedLayer, planLayers, type PlanLayersOptions } from "./plan-layers.ts";

/** The contents of an image that is not built yet. */
export interface PlannedImage {
  readonly closure: Closure;
  /** In the order of the manifest. */
  readonly plannedLayers: readonly PlannedLayer[];
}

/** A request whose name is parsed and whose tag is resolved. */
export interface ImageRequestParts {
  readonly image: ImageName;
  readonly tag: string;
  readonly source: ResolvedSource;
}

export interface PlanImageTools extends PlanLayersOptions {
  readonly packages: PackageSource;
}

export interface PlanImageOptions {
  readonly signal: AbortSignal;
  readonly emit: Emit<BuildEvent>;
  readonly inBuild: InBuild;
}

/** Has the package source realise the packages, and cuts their closure into layers. */
export async function planImage(
  { image, tag, source }: ImageRequestParts,
  tools: PlanImageTools,
  { signal, emit, inBuild }: PlanImageOptions,
): Promise<PlannedImage> {
  const { packages } = tools;
  const { revision } = source;
  emit({ ...inBuild, type: "source-resolved", source: packages.name, tag, revision });
  emit({ ...inBuild, type: "nix-started", packages: image.packages });
  const start = performance.now();
  const closure = await packages.prepare(source, image.packages, image.platform.system, {
    signal,
    onLine: (line) => {
      emit({ ...inBuild, type: "nix-line", line });
    },
  });
  emit({
    ...inBuild,
    type: "nix-finished",
    paths: closure.paths.length,
    narSize: closure.paths.reduce((sum, path) => sum + path.narSize, 0),
    duration: performance.now() - start,
  });
  return { closure, plannedLayers: planLayers(closure, tools) };
}
