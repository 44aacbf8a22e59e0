import { ManifestError } from "./manifest-error.ts";

/** The two families of media types; one manifest holds types of one family only. */
export type ManifestFormat = "oci" | "docker";

/** What the documents and layers of one family are called. */
export interface MediaTypes {
  readonly index: string;
  readonly manifest: string;
  readonly config: string;
  /** Layers by their compression; what is absent cannot be said in this family. */
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
 * What a config or a layer of `mediaType` is called in the family `format`; a type of that family
 * is itself.
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
  throw new ManifestError(
    "ERR_MANIFEST_MEDIA_TYPE",
    `A manifest in ${format} format cannot refer to ${JSON.stringify(mediaType)}; use a media type of that family, which for zstd layers is OCI.`,
  );
}

/** Types of what a manifest refers to, in the same places for every family. */
function contentTypes({ config, layer }: MediaTypes): readonly (string | undefined)[] {
  return [config, layer.none, layer.gzip, layer.zstd];
}
