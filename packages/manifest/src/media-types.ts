import { quote } from "@nixery/kit/quote";
import { ManifestError } from "./manifest-error.ts";

/** The two families of media types; a manifest has types of one family only. */
export type ManifestFormat = "oci" | "docker";

/** The media types of the documents and layers of one family. */
export interface MediaTypes {
  readonly index: string;
  readonly manifest: string;
  readonly config: string;
  /** Layers by compression; `undefined` where the family has no media type for one. */
  readonly layer: {
    readonly none: string;
    readonly gzip: string;
    readonly zstd?: string | undefined;
  };
}

/** OCI's media types (image-spec, media-types.md). */
export const ociMediaTypes: MediaTypes & { readonly layer: { readonly zstd: string } } = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: {
    none: "application/vnd.oci.image.layer.v1.tar",
    gzip: "application/vnd.oci.image.layer.v1.tar+gzip",
    zstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  },
};

/** Docker's media types (image manifest version 2, schema 2). */
export const dockerMediaTypes: MediaTypes = {
  index: "application/vnd.docker.distribution.manifest.list.v2+json",
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: {
    none: "application/vnd.docker.image.rootfs.diff.tar",
    gzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  },
};

const families: Readonly<Record<ManifestFormat, MediaTypes>> = {
  oci: ociMediaTypes,
  docker: dockerMediaTypes,
};

/** The media types of `format`. */
export function mediaTypesOf(format: ManifestFormat): MediaTypes {
  return families[format];
}

/**
 * The media type that the family `format` has for a config or a layer of `mediaType`, which may be
 * of either family.
 *
 * @throws ManifestError `ERR_MANIFEST_MEDIA_TYPE` when the family has no such type
 */
export function mediaTypeIn(format: ManifestFormat, mediaType: string): string {
  const target = contentTypes(families[format]);
  const kinds = Object.values(families).map((family) => contentTypes(family).indexOf(mediaType));
  const found = target[kinds.find((kind) => kind !== -1) ?? -1];
  if (found !== undefined) {
    return found;
  }
  throw new ManifestError("ERR_MANIFEST_MEDIA_TYPE", {
    message: `A manifest in ${format} format cannot refer to ${quote(mediaType)}. Use a media type of that format, or the oci format for zstd layers.`,
  });
}

/** Media types that a manifest may refer to, in the same order for every family. */
function contentTypes({ config, layer }: MediaTypes): readonly (string | undefined)[] {
  return [config, layer.none, layer.gzip, layer.zstd];
}
