import type { Descriptor, ManifestFormat } from "@nixery/manifest";

export interface ImageRequest {
  /** Repository name, such as `shell/git`. */
  readonly name: string;
  readonly tag: string;
  /** The family of media types that the client understands. */
  readonly format: ManifestFormat;
}

export interface ImageRequestOptions {
  /** Aborted when the client disconnects; the image may still be built for others. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The result of an image source. When it is `found`, the manifest and everything that it refers to
 * are in the storage. Messages are for the client: at most two sentences, no secret, no stack trace.
 */
export type ImageResult = { readonly kind: "found"; readonly manifest: Descriptor } | Refusal;

/** Why there is no image. */
export type Refusal = InvalidName | UnknownImage | Unavailable;

/** The name cannot be an image, whatever the package set holds. */
export interface InvalidName {
  readonly kind: "invalid-name";
  readonly message: string;
  /** For programs; must be JSON. */
  readonly detail?: unknown;
}

/** No such package or tag, or one that cannot be built. */
export interface UnknownImage {
  readonly kind: "unknown";
  readonly message: string;
  /** For programs; must be JSON. */
  readonly detail?: unknown;
}

/** The image is not available at the moment; a later request may succeed. */
export interface Unavailable {
  readonly kind: "unavailable";
  readonly message: string;
  /** Seconds after which a client may ask again. */
  readonly retryAfter?: number | undefined;
}

/**
 * The port through which a registry asks for images. Methods reject with `signal.reason` when
 * aborted, and with any other error for a fault of the server, which is hidden from clients.
 */
export interface ImageSource {
  /** Has an image ready, building it first if need be. */
  image(request: ImageRequest, options?: ImageRequestOptions): Promise<ImageResult>;
  /** Tags that `name` can be pulled with, sorted; `undefined` when `name` cannot be an image. */
  tags(
    name: string,
    options?: ImageRequestOptions,
  ): Promise<readonly string[] | Unavailable | undefined>;
}
