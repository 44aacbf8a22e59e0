import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect } from "vitest";
import { createContent } from "@nixery/content";
import { type Descriptor, type Digest, parseDigest } from "@nixery/manifest";
import type { Storage } from "@nixery/storage";
import type { ImageBuilder } from "../../src/index.ts";
import { bytes, list, type ListedEntry } from "../../../packing/test/support/tar.ts";

export interface Manifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface PulledImage {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly config: {
    readonly architecture: string;
    readonly config: { readonly Cmd?: readonly string[] };
    readonly rootfs: { readonly diff_ids: readonly string[] };
    readonly history: readonly unknown[];
  };
  /** Uncompressed, in the order of the manifest. */
  readonly tars: readonly Buffer[];
}

/** Pulls an image as a client does, and checks what a client checks. */
export async function pull(
  builder: ImageBuilder,
  storage: Storage,
  name = "hello",
  format: "oci" | "docker" = "oci",
): Promise<PulledImage> {
  const result = await builder.image({ name, tag: "latest", format });
  if (result.kind !== "found") {
    throw new Error(`${name}: ${result.message}`);
  }
  const { digest, size, mediaType } = result.manifest;
  const { manifest, config } = await documents(storage, digest);
  expect(manifest.mediaType).toBe(mediaType);
  expect((await blob(storage, digest)).length).toBe(size);
  const tars: Buffer[] = [];
  for (const layer of manifest.layers) {
    const compressed = await blob(storage, layer.digest);
    expect(compressed.length).toBe(layer.size);
    tars.push(gunzipSync(compressed));
  }
  expect(config.rootfs.diff_ids).toEqual(tars.map((tar) => digestOf(tar)));
  expect(config.history.length).toBe(tars.length);
  return { digest, manifest, config, tars };
}

async function documents(
  storage: Storage,
  digest: string,
): Promise<{ manifest: Manifest; config: PulledImage["config"] }> {
  const manifest: Manifest = JSON.parse((await blob(storage, digest)).toString());
  const config: PulledImage["config"] = JSON.parse(
    (await blob(storage, manifest.config.digest)).toString(),
  );
  return { manifest, config };
}

/** A blob whose bytes are those that its digest says. */
export async function blob(storage: Storage, digest: string): Promise<Buffer> {
  const found = await createContent(storage).open(parseDigest(digest));
  if (found === undefined) {
    throw new Error(`${digest} is not in the storage`);
  }
  const content = await bytes(found.body);
  expect(digestOf(content)).toBe(digest);
  return content;
}

/** The entries outside of the store: those of the last layer. */
export async function rootOf({ tars }: PulledImage): Promise<ReadonlyMap<string, ListedEntry>> {
  const entries = await list(tars.at(-1) ?? new Uint8Array(1024));
  const named = new Map(entries.map((entry) => [entry.name.replace(/\/$/, ""), entry]));
  expect(named.size).toBe(entries.length);
  return named;
}

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
