import type { Descriptor } from "./descriptor.ts";
import { encode, type Encoded } from "./encoded.ts";
import { type ManifestFormat, mediaTypeIn, mediaTypesOf } from "./media-types.ts";

export interface ManifestOptions {
  /** @defaultValue `"oci"` */
  readonly format?: ManifestFormat | undefined;
  readonly config: Descriptor;
  /** In the order in which they are applied, the same as in the config. */
  readonly layers: readonly Descriptor[];
  /**
   * Docker manifests have no annotations: they are left out.
   * @defaultValue none
   */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/**
 * Encodes the manifest of an image for one platform (image-spec, manifest.md; Docker image manifest
 * version 2, schema 2). Descriptors may be of either family: their media types are changed to those
 * of the manifest's, so that the two never mix.
 *
 * @throws ManifestError `ERR_MANIFEST_MEDIA_TYPE` when the family has no such media type, as Docker
 * has none for zstd layers
 */
export function createManifest(options: ManifestOptions): Encoded {
  const { format = "oci", config, layers, annotations } = options;
  const { manifest: mediaType } = mediaTypesOf(format);
  return encode(mediaType, {
    schemaVersion: 2,
    mediaType,
    config: inFamily(format, config),
    layers: layers.map((layer) => inFamily(format, layer)),
    annotations: format === "oci" ? annotations : undefined,
  });
}

function inFamily(format: ManifestFormat, descriptor: Descriptor): Descriptor {
  const { digest, size, annotations } = descriptor;
  const mediaType = mediaTypeIn(format, descriptor.mediaType);
  return format === "oci" ? { mediaType, digest, size, annotations } : { mediaType, digest, size };
}
