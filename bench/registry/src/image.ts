import { randomBytes } from "node:crypto";
import {
  createImageConfig,
  createManifest,
  type Descriptor,
  type Encoded,
  ociMediaTypes,
  sha256Digest,
} from "@nixery/manifest";

/** An image to serve: a manifest as long as those of real images, and one large layer. */
export interface BenchImage {
  readonly manifest: Encoded;
  /** Everything that the manifest refers to, the large layer first. */
  readonly blobs: readonly Encoded[];
}

const largeSize = 256 * 1024 * 1024;
const layerCount = 60;

/** Makes an image of random bytes, which do not compress. */
export function makeImage(): BenchImage {
  const layers = Array.from({ length: layerCount }, (_, index) => {
    const bytes = randomBytes(index === 0 ? largeSize : 1000);
    const digest = sha256Digest(bytes);
    const descriptor: Descriptor = {
      mediaType: ociMediaTypes.layer.gzip,
      digest,
      size: bytes.length,
    };
    return { bytes, descriptor };
  });
  const config = createImageConfig({
    platform: { os: "linux", architecture: "amd64" },
    layers: layers.map(({ descriptor }) => ({ diffId: descriptor.digest })),
  });
  const manifest = createManifest({
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  });
  return { manifest, blobs: [...layers, config] };
}
