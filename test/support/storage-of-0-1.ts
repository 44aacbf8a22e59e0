import { createHash } from "node:crypto";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dockerMediaTypes } from "@nixery/manifest";
import type { Closure, PackageSource, Storage } from "@nixery/nixery";
import { createMemoryStorage } from "@nixery/storage/memory";
import { bundledSource, embedRegistry } from "./embedded-registry.ts";
import { type PulledImage, pullImage } from "./pull.ts";

// 0.1.0 had blobs at `layers/<hex>`, the entry of a layer at `builds/<id>`, that of an image at
// `manifests/<id>`, and the content type of each object at `types/<namespace>/<id>@<inode>`. The ids
// are written out here as 0.1.0 computed them.

const namespaces = ["builds", "layers", "manifests", "staging"] as const;
const compression = ["gzip", 5, 524_288] as const;

/** Fills `directory` with the image `name`, as the filesystem backend of 0.1.0 stored it. */
export async function storeAs01(directory: string, name: string): Promise<PulledImage> {
  for (const parent of [directory, join(directory, "types")]) {
    for (const namespace of namespaces) {
      await mkdir(join(parent, namespace), { recursive: true });
    }
  }
  await mkdir(join(directory, "temporary"), { recursive: true });

  const storage = createMemoryStorage();
  const closures: Closure[] = [];
  const packages = recordClosures(await bundledSource(), closures);
  const registry = await embedRegistry({ storage, packages });
  try {
    const oci = await pullImage(registry.url, name);
    const docker = await pullImage(registry.url, name, {
      accept: dockerMediaTypes.manifest,
    });
    const explained = await registry.nixery.images.explain({ name, tag: "latest" });
    if (explained.kind !== "explained") {
      throw new Error(explained.message);
    }
    for await (const { key, contentType } of storage.list("blobs/")) {
      const place = key.replace("blobs/sha256-", "layers/");
      await writeObject(directory, place, contentType, await bytesAt(storage, key));
    }
    const writeEntry = async (key: string, entry: unknown): Promise<void> => {
      await writeObject(directory, key, "application/json", JSON.stringify(entry));
    };
    const [{ roots } = { roots: [] }] = closures;
    for (const { kind, paths, stored } of explained.layers) {
      const id =
        kind === "root"
          ? idOf("root-layer", 1, 1, compression, roots)
          : idOf("store-layer", 1, compression, paths);
      await writeEntry(`builds/${id}`, stored);
    }
    const { image, source } = explained;
    const grouping = ["cohorts", 94, ""];
    const imageId = idOf(
      ...["image", "1.1.1", "pinned", source.cacheKey, image.platform.system],
      ...[image.hasShell, image.packages, grouping, compression],
    );
    await writeEntry(`manifests/${imageId}`, {
      oci: oci.descriptor,
      docker: docker.descriptor,
      blobs: [oci.descriptor, docker.descriptor, oci.manifest.config, ...oci.manifest.layers],
    });
    return oci;
  } finally {
    await registry.close();
  }
}

function recordClosures(source: PackageSource, closures: Closure[]): PackageSource {
  return {
    ...source,
    async prepare(...request) {
      const closure = await source.prepare(...request);
      closures.push(closure);
      return closure;
    },
  };
}

function idOf(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

async function bytesAt(storage: Storage, key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await storage.read(key))?.body ?? []) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function writeObject(
  directory: string,
  key: string,
  contentType: string,
  content: string | Buffer,
): Promise<void> {
  const file = join(directory, key);
  await writeFile(file, content);
  const { ino } = await stat(file, { bigint: true });
  // The boot, the process namespace, the process id and its start.
  const owner = "00000000-0000-0000-0000-000000000000.1.1.1";
  await writeFile(
    join(directory, "types", `${key}@${ino}`),
    JSON.stringify({ contentType, owner }),
  );
}
