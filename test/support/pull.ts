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

export interface PulledImage {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
  /** Uncompressed tar of each layer. */
  readonly tars: readonly Buffer[];
}

function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** The digest that a tag stands for; fails unless the server answers 200. */
export async function manifestDigest(url: string, name: string, tag = "latest"): Promise<string> {
  const response = await fetch(`${url}/v2/${name}/manifests/${tag}`, { method: "HEAD" });
  const digest = response.headers.get("docker-content-digest");
  if (response.status !== 200 || digest === null) {
    throw new Error(`HEAD of ${name}:${tag} answered ${response.status}`);
  }
  return digest;
}

/** Pulls an image as a client does, checking every digest on the way. */
export async function pullImage(url: string, name: string, tag = "latest"): Promise<PulledImage> {
  const digest = await manifestDigest(url, name, tag);
  const manifest: Manifest = JSON.parse(
    await text(fetchChecked(`${url}/v2/${name}/manifests/`, digest)),
  );
  const blobs = `${url}/v2/${name}/blobs/`;
  const config: ImageConfig = JSON.parse(await text(fetchChecked(blobs, manifest.config.digest)));
  const tars: Buffer[] = [];
  for (const [index, layer] of manifest.layers.entries()) {
    const tar = gunzipSync(await fetchChecked(blobs, layer.digest, layer.size));
    if (sha256(tar) !== config.rootfs.diff_ids[index]) {
      throw new Error(`${layer.digest} does not decompress to its diff ID`);
    }
    tars.push(tar);
  }
  return { digest, manifest, config, tars };
}

async function text(bytes: Promise<Buffer>): Promise<string> {
  return (await bytes).toString("utf8");
}

async function fetchChecked(base: string, digest: string, size?: number): Promise<Buffer> {
  const response = await fetch(base + digest);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200 || sha256(bytes) !== digest) {
    throw new Error(`${digest} answered ${response.status} with bytes of ${sha256(bytes)}`);
  }
  if (size !== undefined && bytes.length !== size) {
    throw new Error(`${digest} has ${bytes.length} bytes instead of ${size}`);
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
