/** What a platform is called by containers and by Nix. */
export interface Platform {
  readonly os: "linux";
  /** As in an image config (image-spec, config.md). */
  readonly architecture: "amd64" | "arm64";
  readonly variant?: "v8" | undefined;
  /** Nix's name: `x86_64-linux` or `aarch64-linux`. */
  readonly system: "x86_64-linux" | "aarch64-linux";
}

/** What an image name asks for. */
export interface ImageName {
  /** Attribute names, sorted, without duplicates, meta-packages expanded, `cacert` and `iana-etc` included. */
  readonly packages: readonly string[];
  readonly platform: Platform;
  /** Whether the image starts `bash`: the name began with the meta-package `shell`. */
  readonly shell: boolean;
  /** The same for all names that ask for the same image. */
  readonly canonical: string;
}
