/** `sha256:` and 64 lowercase hexadecimal digits. */
export type Digest = `sha256:${string}`;

/** Points at content by media type, digest and size (image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}
