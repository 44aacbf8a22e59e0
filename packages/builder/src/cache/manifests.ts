import type { Content } from "@nixery/content";
import { createSingleFlight } from "@nixery/kit/single-flight";
import { createManifest, type Descriptor, type ManifestFormat } from "@nixery/manifest";
import type { StoredImage } from "./stored-image.ts";

export interface ManifestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The manifests of stored images, each encoded and stored when its format is asked for. */
export interface Manifests {
  /** Has the manifest of an image stored. */
  store(image: StoredImage, format: ManifestFormat, options: ManifestOptions): Promise<Descriptor>;
  /** The manifest of an image that was stored before; `undefined` when the storage was emptied. */
  recall(
    image: StoredImage,
    format: ManifestFormat,
    options: ManifestOptions,
  ): Promise<Descriptor | undefined>;
  /** Aborts the writes under way; later calls reject. */
  close(reason: unknown): Promise<void>;
}

export function createManifests(content: Content): Manifests {
  /** The manifests that were seen in the storage. */
  const seen = new WeakMap<StoredImage, Map<ManifestFormat, Descriptor>>();
  const writes = createSingleFlight<void>();

  const store: Manifests["store"] = async (image, format, { signal }) => {
    const manifest = createManifest({ ...image, format });
    const { descriptor } = manifest;
    const write = async (own: AbortSignal): Promise<void> => {
      if (!(await content.has(descriptor, { signal: own }))) {
        await content.storeDocument(manifest, { signal: own });
      }
    };
    await writes.join(descriptor.digest, write, { signal });
    seen.set(image, new Map(seen.get(image)).set(format, descriptor));
    return descriptor;
  };

  return {
    store,
    async recall(image, format, { signal }) {
      const manifest = seen.get(image)?.get(format);
      // A manifest that was never stored does not show whether the storage was emptied.
      if (!(await content.has(manifest ?? image.config, { signal }))) {
        return undefined;
      }
      return manifest ?? (await store(image, format, { signal }));
    },
    close: (reason) => writes.close(reason),
  };
}
