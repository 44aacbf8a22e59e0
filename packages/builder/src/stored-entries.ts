import { type Descriptor, type Digest, isDigest } from "@nixery/manifest";
import type { BuiltLayer } from "./build-layer.ts";

/** A blob of an image: what is needed to see whether it is still there. */
export interface StoredBlob {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
}

/** What is remembered of an image: its manifest in both families, and all that they refer to. */
export interface StoredImage {
  readonly oci: Descriptor;
  readonly docker: Descriptor;
  /** The manifests, the config and the layers. */
  readonly blobs: readonly StoredBlob[];
}

/** `value` as a layer's entry in the build cache; nothing of a storage is believed unseen. */
export function parseBuiltLayer(value: unknown): BuiltLayer | undefined {
  if (!isRecord(value) || !isBlob(value) || !isDigest(value["diffId"])) {
    return undefined;
  }
  return { digest: value.digest, size: value.size, diffId: value["diffId"] };
}

/** `value` as an image's entry in the manifest cache. */
export function parseStoredImage(value: unknown): StoredImage | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { oci, docker, blobs } = value;
  if (!isDescriptor(oci) || !isDescriptor(docker) || !Array.isArray(blobs)) {
    return undefined;
  }
  if (!blobs.every((blob: unknown) => isBlob(blob))) {
    return undefined;
  }
  const known = new Set(blobs.map((blob: StoredBlob) => blob.digest));
  return known.has(oci.digest) && known.has(docker.digest) ? { oci, docker, blobs } : undefined;
}

function isDescriptor(value: unknown): value is Descriptor {
  return isRecord(value) && isBlob(value) && typeof value["mediaType"] === "string";
}

function isBlob(value: unknown): value is Record<string, unknown> & StoredBlob {
  if (!isRecord(value) || !isDigest(value["digest"])) {
    return false;
  }
  return Number.isSafeInteger(value["size"]) && Number(value["size"]) > 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
