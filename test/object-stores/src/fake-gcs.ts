import { generateKeyPairSync } from "node:crypto";
import { type Bucket, Storage, type StorageOptions } from "@google-cloud/storage";
import { JWT } from "google-auth-library";
import { freePort, type ServerProcess, startServer } from "./server-process.ts";

export interface FakeGcs extends ServerProcess {
  readonly url: URL;
  /** Creates a bucket, and returns it as the client library has it. */
  createBucket(name: string, clientOptions?: StorageOptions): Promise<Bucket>;
  /** Creates a bucket with a name that no other has. */
  newBucket(clientOptions?: StorageOptions): Promise<Bucket>;
  /** A bucket seen through another address, such as that of a proxy. */
  bucketAt(name: string, endpoint: URL, clientOptions?: StorageOptions): Bucket;
}

/**
 * Starts fake-gcs-server without objects. They are in memory: on disk, it compares a generation and
 * removes the object in two steps, between which the object may be replaced.
 */
export async function startFakeGcs(): Promise<FakeGcs> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const server = await startServer({
    command: "fake-gcs-server",
    args: [
      ...["-scheme", "http", "-host", "127.0.0.1", "-port", `${port}`, "-backend", "memory"],
      ...["-public-host", host, "-external-url", `http://${host}`],
    ],
    ready: "server started at",
  });
  const url = new URL(`http://${host}`);
  const createBucket: FakeGcs["createBucket"] = async (name, clientOptions) => {
    await bucketAt(name, url).create();
    return bucketAt(name, url, clientOptions);
  };
  let buckets = 0;
  return {
    ...server,
    url,
    bucketAt,
    createBucket,
    newBucket(clientOptions) {
      buckets += 1;
      return createBucket(`bucket-${buckets}`, clientOptions);
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

/** Creates a key without an account: the fake server does not verify what it signs. */
export function createServiceAccount(): ServiceAccount {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const authClient = new JWT({ email: "signer@test.example", key: privateKey });
  return { clientOptions: { authClient }, privateKey, publicKey };
}
