/** A platform, in the terms of containers and of Nix. */
export interface Platform {
  readonly os: "linux";
  /** As in an image config (image-spec, config.md). */
  readonly architecture: "amd64" | "arm64";
  readonly variant?: "v8" | undefined;
  /** Nix's name: `x86_64-linux` or `aarch64-linux`. */
  readonly system: "x86_64-linux" | "aarch64-linux";
}

/** A parsed image name. */
export interface ImageName {
  /** Attribute names, sorted, without duplicates, meta-packages expanded, `cacert` and `iana-etc` included. */
  readonly packages: readonly string[];
  readonly platform: Platform;
  /** Whether the image starts `bash`: the meta-package `shell` is in front. */
  readonly hasShell: boolean;
  /** The same for all names of the same image. */
  readonly canonical: string;
}
