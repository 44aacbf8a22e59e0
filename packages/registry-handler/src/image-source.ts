import type { Descriptor } from "@nixery/manifest";

/** Which family of media types the client understands. */
export type ManifestFormat = "oci" | "docker";

export interface ImageRequest {
  /** Repository name, already checked against the distribution spec's grammar. */
  readonly name: string;
  /** Already checked against the tag grammar. */
  readonly tag: string;
  readonly format: ManifestFormat;
}

export interface ImageRequestOptions {
  /** Aborted when the client has left; the image may go on being built for others. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What an image source answers. The manifest and all that it refers to are in the storage when
 * the answer is `found`. Messages are for the client: one sentence, no secret, no stack trace.
 */
export type ImageResult =
  | { readonly kind: "found"; readonly manifest: Descriptor }
  /** The name cannot be an image here, whatever the package set holds. */
  | { readonly kind: "invalid-name"; readonly message: string; readonly detail?: unknown }
  /** No such package or tag, or one that cannot be built. */
  | { readonly kind: "unknown"; readonly message: string; readonly detail?: unknown }
  | Unavailable;

/** Not now; asking again later may succeed. */
export interface Unavailable {
  readonly kind: "unavailable";
  readonly message: string;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

/** The port through which the registry asks for images; `@nixery/builder` satisfies it. */
export interface ImageSource {
  image(request: ImageRequest, options?: ImageRequestOptions): Promise<ImageResult>;
  /** Tags that `name` can be pulled with, sorted; `undefined` when the name is unknown. */
  tags(
    name: string,
    options?: ImageRequestOptions,
  ): Promise<readonly string[] | Unavailable | undefined>;
}
