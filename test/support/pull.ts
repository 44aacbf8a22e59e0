import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { extract, type Header as TarHeader } from "tar-stream";

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly created?: string;
  readonly config: { readonly Cmd?: readonly string[]; readonly Env?: readonly string[] };
  readonly rootfs: { readonly type: "layers"; readonly diff_ids: readonly string[] };
  readonly history: readonly unknown[];
}

export interface PullOptions {
  /**
   * Media type of the manifest.
   * @defaultValue any
   */
  readonly accept?: string | undefined;
}

export interface PulledImage {
  readonly digest: string;
  /** Of the manifest. */
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** Uncompressed tar of each layer. */
  readonly tars: readonly Buffer[];
}

function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** The digest of an image's manifest; rejects unless the status is 200. */
export async function manifestDigest(
  url: string,
  name: string,
  { accept = "*/*" }: PullOptions = {},
): Promise<string> {
  const response = await fetch(`${url}/v2/${name}/manifests/latest`, {
    method: "HEAD",
    headers: { accept },
  });
  const digest = response.headers.get("docker-content-digest");
  if (response.status !== 200 || digest === null) {
    throw new Error(`HEAD of ${name} returned ${response.status}.`);
  }
  return digest;
}

/** Pulls an image as a client does, and checks every digest. */
export async function pullImage(
  url: string,
  name: string,
  options: PullOptions = {},
): Promise<PulledImage> {
  const digest = await manifestDigest(url, name, options);
  const document = await fetchChecked(`${url}/v2/${name}/manifests/`, digest);
  const manifest: Manifest = JSON.parse(document.toString("utf8"));
  const descriptor = { mediaType: manifest.mediaType, digest, size: document.byteLength };
  const blobs = `${url}/v2/${name}/blobs/`;
  const config: ImageConfig = JSON.parse(
    (await fetchChecked(blobs, manifest.config.digest)).toString("utf8"),
  );
  const tars: Buffer[] = [];
  for (const [index, layer] of manifest.layers.entries()) {
    const bytes = await fetchChecked(blobs, layer.digest, layer.size);
    const tar = layer.mediaType.endsWith("gzip") ? gunzipSync(bytes) : bytes;
    if (sha256(tar) !== config.rootfs.diff_ids[index]) {
      throw new Error(`${layer.digest} does not decompress to its diff ID.`);
    }
    tars.push(tar);
  }
  return { digest, descriptor, manifest, config, tars };
}

async function fetchChecked(base: string, digest: string, size?: number): Promise<Buffer> {
  const response = await fetch(base + digest);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200 || sha256(bytes) !== digest) {
    throw new Error(`${digest} returned ${response.status} with bytes of ${sha256(bytes)}.`);
  }
  if (size !== undefined && bytes.length !== size) {
    throw new Error(`${digest} has ${bytes.length} bytes instead of ${size}.`);
  }
  return bytes;
}

/** Headers of all entries of a tar. */
export async function tarEntries(tar: Buffer): Promise<readonly TarHeader[]> {
  const entries: TarHeader[] = [];
  const extractor = extract();
  extractor.end(tar);
  for await (const entry of extractor) {
    entries.push(entry.header);
    entry.resume();
  }
  return entries;
}
