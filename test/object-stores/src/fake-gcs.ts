import { generateKeyPairSync } from "node:crypto";
import { type Bucket, Storage, type StorageOptions } from "@google-cloud/storage";
import { JWT } from "google-auth-library";
import { dataFolder, freePort, type ServerProcess, startServer } from "./server-process.ts";

export interface FakeGcs extends ServerProcess {
  readonly url: URL;
  /** Makes a bucket, and returns it as the client library has it. */
  createBucket(name: string, clientOptions?: StorageOptions): Promise<Bucket>;
  /** A bucket seen through another address, such as that of a proxy. */
  bucketAt(name: string, endpoint: URL, clientOptions?: StorageOptions): Bucket;
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
    async createBucket(name, clientOptions) {
      await bucketAt(name, url).create();
      return bucketAt(name, url, clientOptions);
    },
    async stop() {
      await server.stop();
      await data.remove();
    },
  };
}

function bucketAt(name: string, endpoint: URL, clientOptions?: StorageOptions): Bucket {
  const storage = new Storage({
    apiEndpoint: endpoint.origin,
    projectId: "test",
    // Tests do not wait seconds between attempts.
    retryOptions: { maxRetryDelay: 0.05 },
    ...clientOptions,
  });
  return storage.bucket(name);
}

/** A service account whose key can sign. */
export interface ServiceAccount {
  readonly clientOptions: StorageOptions;
  readonly privateKey: string;
  /** To verify signatures with. */
  readonly publicKey: string;
}

/** Makes a key that no service knows: enough to sign URLs, which the fake server does not verify. */
export function createServiceAccount(): ServiceAccount {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const authClient = new JWT({ email: "signer@test.example", key: privateKey });
  return { clientOptions: { authClient }, privateKey, publicKey };
}
