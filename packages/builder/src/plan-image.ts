import type { ImageName } from "@nixery/image-name";
import type { GroupingStrategy, Popularity } from "@nixery/layers";
import type { Closure, PackageSource, ResolvedSource } from "@nixery/nix";
import type { Compression } from "./compression.ts";
import type { Emit } from "./emit.ts";
import { type PlannedLayer, planLayers } from "./plan-layers.ts";

/** What an image will be made of. */
export interface PlannedImage {
  readonly closure: Closure;
  /** In the order of the manifest. */
  readonly layers: readonly PlannedLayer[];
}

export interface ImageRequestParts {
  readonly image: ImageName;
  readonly tag: string;
  readonly source: ResolvedSource;
}

/** What the events of one build have in common. */
export interface InBuild {
  readonly build: string;
  readonly image: string;
}

export interface PlanImageTools {
  readonly packages: PackageSource;
  readonly strategy: GroupingStrategy;
  readonly budget: number;
  readonly popularity: Popularity | undefined;
  readonly compression: Compression;
}

export interface PlanImageOptions {
  readonly signal: AbortSignal;
  readonly emit: Emit;
  readonly inBuild: InBuild;
}

/** Has Nix realise the packages and cuts their closure into layers; builds none. */
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
  return { closure, layers: planLayers(closure, tools) };
}
