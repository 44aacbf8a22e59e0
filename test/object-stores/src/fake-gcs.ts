import { type Bucket, Storage } from "@google-cloud/storage";
import { dataFolder, freePort, type ServerProcess, startServer } from "./server-process.ts";

export interface FakeGcs extends ServerProcess {
  readonly url: URL;
  /** Makes a bucket and returns it, as the client library has it. */
  createBucket(name: string): Promise<Bucket>;
  /** A bucket seen through another address, such as that of a proxy. */
  bucketAt(name: string, endpoint: URL): Bucket;
}

/** Starts fake-gcs-server with an empty folder of its own. */
export async function startFakeGcs(): Promise<FakeGcs> {
  const data = await dataFolder();
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const server = await startServer({
    command: "fake-gcs-server",
    args: [
      ...["-scheme", "http", "-host", "127.0.0.1", "-port", `${port}`],
      ...["-backend", "filesystem", "-filesystem-root", data.path],
      ...["-public-host", host, "-external-url", `http://${host}`],
    ],
    ready: "server started at",
  });
  const url = new URL(`http://${host}`);
  return {
    ...server,
    url,
    bucketAt,
    async createBucket(name) {
      await bucketAt(name, url).create();
      return bucketAt(name, url);
    },
    async stop() {
      await server.stop();
      await data.remove();
    },
  };
}

function bucketAt(name: string, endpoint: URL): Bucket {
  const storage = new Storage({
    apiEndpoint: endpoint.origin,
    projectId: "test",
    // Tests do not wait seconds between attempts.
    retryOptions: { maxRetryDelay: 0.05 },
  });
  return storage.bucket(name);
}
