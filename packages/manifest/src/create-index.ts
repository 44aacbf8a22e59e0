import { quote } from "@nixery/kit/quote";
import type { Descriptor } from "./descriptor.ts";
import { encode, type Encoded } from "./encoded.ts";
import type { ImagePlatform } from "./image-config.ts";
import { ManifestError } from "./manifest-error.ts";
import { type ManifestFormat, mediaTypesOf } from "./media-types.ts";

/** The manifest of one platform. */
export interface IndexEntry {
  readonly manifest: Descriptor;
  readonly platform: ImagePlatform;
}

export interface IndexOptions {
  /** @defaultValue `"oci"` */
  readonly format?: ManifestFormat | undefined;
  /** Clients use the first for their platform. */
  readonly manifests: readonly IndexEntry[];
  /**
   * Docker manifest lists have no annotations: they are left out.
   * @defaultValue none
   */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/**
 * Encodes an index of the manifests of several platforms (image-spec, image-index.md). An image for
 * one platform is better served as a plain manifest: clients on another machine refuse an index
 * that does not name their platform, and fall back to emulation for a manifest.
 *
 * The manifests must be of the index's family: another media type would change their digest.
 *
 * @throws ManifestError `ERR_MANIFEST_MEDIA_TYPE` when a manifest is of the other family
 */
export function createIndex(options: IndexOptions): Encoded {
  const { format = "oci", manifests, annotations } = options;
  const { index: mediaType } = mediaTypesOf(format);
  return encode(mediaType, {
    schemaVersion: 2,
    mediaType,
    manifests: manifests.map((entry) => encodeEntry(format, entry)),
    annotations: format === "oci" ? annotations : undefined,
  });
}

function encodeEntry(format: ManifestFormat, entry: IndexEntry): unknown {
  const { mediaType, digest, size, annotations } = entry.manifest;
  if (mediaType !== mediaTypesOf(format).manifest) {
    throw new ManifestError("ERR_MANIFEST_MEDIA_TYPE", {
      message: `An index in ${format} format cannot refer to ${quote(mediaType)}. Encode the manifest in the same format.`,
    });
  }
  const { os, architecture, variant } = entry.platform;
  return {
    mediaType,
    digest,
    size,
    annotations: format === "oci" ? annotations : undefined,
    platform: { os, architecture, variant },
  };
}
