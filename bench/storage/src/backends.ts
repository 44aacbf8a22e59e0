import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { objectStoreCommand, startFakeGcs, startS3 } from "@nixery/object-stores";
import { startGcsStandIn } from "./gcs-stand-in.ts";

export const backendNames = ["fs", "gcs", "s3"] as const;
export type BackendName = (typeof backendNames)[number];

/** How to open a backend; plain data, because it is sent to another process. */
export interface BackendConfig {
  readonly backend: BackendName;
  /** Directory, or endpoint. */
  readonly place: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface StartedBackend {
  readonly config: BackendConfig;
  stop(): Promise<void>;
}

/**
 * In bytes. fake-gcs-server has several copies of an object in memory and hashes all of it again
 * with every part, so larger objects go to a stand-in.
 */
const maxForEmulator = 256 * 1024 * 1024;

/** Starts the service of a backend, for objects of up to `size` bytes. */
export async function startBackend(backend: BackendName, size: number): Promise<StartedBackend> {
  const config = { backend, bucket: "bench", accessKeyId: "", secretAccessKey: "" };
  switch (backend) {
    case "fs": {
      const place = await mkdtemp(join(tmpdir(), "nixery-bench-"));
      const stop = () => rm(place, { recursive: true, force: true });
      return { config: { ...config, place }, stop };
    }
    case "gcs": {
      if (size > maxForEmulator || objectStoreCommand("fake-gcs-server") === undefined) {
        const standIn = await startGcsStandIn();
        return { config: { ...config, place: standIn.url.href }, stop: () => standIn.stop() };
      }
      const server = await startFakeGcs();
      await server.createBucket("bench");
      return { config: { ...config, place: server.url.href }, stop: () => server.stop() };
    }
    case "s3": {
      const server = await startS3();
      await server.createBucket("bench");
      return {
        config: { ...config, ...server.owner, place: server.url.href },
        stop: () => server.stop(),
      };
    }
  }
}
