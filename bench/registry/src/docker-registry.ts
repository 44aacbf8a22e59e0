import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Encoded } from "@nixery/manifest";
import { type Contestant, startContestant } from "./contestant.ts";
import type { BenchImage } from "./image.ts";

/** Starts Debian's docker-registry with `directory` for its data and pushes the image to it. */
export async function startDockerRegistry(
  directory: string,
  image: BenchImage,
): Promise<Contestant> {
  await mkdir(directory, { recursive: true });
  const config = join(directory, "config.yml");
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: "info", accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: join(directory, "data") },
        cache: { blobdescriptor: "inmemory" },
      },
      http: { addr: "127.0.0.1:0" },
    }),
  );
  const registry = await startContestant(
    "docker-registry",
    "docker-registry",
    ["serve", config],
    /listening on 127\.0\.0\.1:(\d+)/,
  );
  for (const blob of image.blobs) {
    await pushBlob(registry.url, blob);
  }
  const { bytes, descriptor } = image.manifest;
  await send(`${registry.url}/v2/bench/manifests/latest`, "PUT", descriptor.mediaType, bytes);
  return registry;
}

async function pushBlob(url: string, { bytes, descriptor }: Encoded): Promise<void> {
  const started = await send(`${url}/v2/bench/blobs/uploads/`, "POST");
  const location = new URL(started.headers.get("location") ?? "", url);
  location.searchParams.set("digest", descriptor.digest);
  await send(location.href, "PUT", "application/octet-stream", bytes);
}

async function send(
  url: string,
  method: string,
  type = "application/octet-stream",
  body: Uint8Array = new Uint8Array(),
): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: { "content-type": type },
    body: new Uint8Array(body),
  });
  if (!response.ok) {
    throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  }
  return response;
}
