import type { Digest } from "./descriptor.ts";
import { encode, type Encoded } from "./encoded.ts";
import { ociMediaTypes } from "./media-types.ts";
import { timestamp, unknownDate } from "./timestamp.ts";

/** The platform of an image (image-spec, config.md); `Platform` of `@nixery/image-name` fits. */
export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** One layer in an image config. */
export interface ConfigLayer {
  /** Digest of the uncompressed tar. */
  readonly diffId: Digest;
  /**
   * The content of the layer, as `docker history` shows it.
   * @defaultValue `"nixery"`
   */
  readonly createdBy?: string | undefined;
}

export interface ImageConfigOptions {
  readonly platform: ImagePlatform;
  /** In the order of the manifest. */
  readonly layers: readonly ConfigLayer[];
  /**
   * Date of the package set, to whole seconds.
   * @defaultValue 1970-01-01
   */
  readonly created?: Date | undefined;
  /**
   * Command of the container, such as `["bash"]`.
   * @defaultValue none
   */
  readonly cmd?: readonly string[] | undefined;
  /** @defaultValue `defaultEnv` */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/**
 * Environment of every image. `PATH` is the one that Docker, podman and containerd use when a
 * config has none; other tools need it here. The certificates are those of `cacert`.
 */
export const defaultEnv: Readonly<Record<string, string>> = Object.freeze({
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  SSL_CERT_FILE: "/etc/ssl/certs/ca-bundle.crt",
});

/**
 * Encodes an image config (image-spec, config.md). Its `history` has one entry a layer. The bytes
 * are the same for OCI and Docker; `createManifest` uses the media type of its family.
 *
 * @throws ManifestError `ERR_MANIFEST_INVALID_VALUE` when the date is invalid
 */
export function createImageConfig(options: ImageConfigOptions): Encoded {
  const { platform, layers, cmd, env = defaultEnv } = options;
  const created = timestamp(options.created ?? unknownDate);
  return encode(ociMediaTypes.config, {
    architecture: platform.architecture,
    os: platform.os,
    variant: platform.variant,
    created,
    config: {
      Cmd: cmd,
      Env: Object.keys(env)
        .toSorted()
        .map((name) => `${name}=${env[name]}`),
    },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map((layer) => ({ created, created_by: layer.createdBy ?? "nixery" })),
  });
}
