import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  S3Client,
  type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { createAtomicRemovals } from "./atomic-removals.ts";
import {
  createDataDirectory,
  freePort,
  type ServerProcess,
  startServer,
} from "./server-process.ts";

export interface S3Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface S3Server extends ServerProcess {
  readonly url: URL;
  /** Has all permissions. */
  readonly owner: S3Account;
  /** Has no permission for the owner's buckets. */
  readonly stranger: S3Account;
  createBucket(name: string): Promise<void>;
  /** Creates a bucket with a name that no other has, and returns the name. */
  newBucket(): Promise<string>;
  /** Options of a client, at the server's address or a proxy's. */
  clientOptions(options?: { endpoint?: URL; account?: S3Account }): S3ClientConfig;
  /** A client of the owner whose conditional removals are those of S3. */
  createClient(endpoint?: URL): S3Client;
  /** Keys of the multipart uploads that were begun and neither completed nor aborted. */
  unfinishedUploads(bucket: string): Promise<string[]>;
}

const owner = { accessKeyId: "owner", secretAccessKey: "owner-secret" };
const stranger = { accessKeyId: "stranger", secretAccessKey: "stranger-secret" };

/** Starts versitygw without objects. */
export async function startS3(): Promise<S3Server> {
  const data = await createDataDirectory();
  const objects = join(data.path, "objects");
  const metadata = join(data.path, "metadata");
  const accounts = join(data.path, "accounts");
  await Promise.all([objects, metadata, accounts].map((directory) => mkdir(directory)));
  await writeFile(join(accounts, "users.json"), usersFile());
  const port = await freePort();
  const start = (...placement: readonly string[]): Promise<ServerProcess> =>
    startServer({
      command: "versitygw",
      args: [
        ...["--port", `127.0.0.1:${port}`, "--iam-dir", accounts, "--keep-alive"],
        ...["posix", ...placement, objects],
      ],
      env: { ROOT_ACCESS_KEY: owner.accessKeyId, ROOT_SECRET_KEY: owner.secretAccessKey },
      ready: `http://127.0.0.1:${port}`,
    });
  // Without extended attributes, metadata is in files of its own, which do not become visible together
  // with the bytes.
  const server = await start().catch(() => start("--sidecar", metadata));
  const url = new URL(`http://127.0.0.1:${port}`);
  const clientOptions: S3Server["clientOptions"] = ({ endpoint = url, account = owner } = {}) => ({
    endpoint: endpoint.origin,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: account,
  });
  const client = new S3Client(clientOptions());
  const removals = createAtomicRemovals();
  const createBucket = async (name: string): Promise<void> => {
    await client.send(new CreateBucketCommand({ Bucket: name }));
  };
  let buckets = 0;
  return {
    ...server,
    url,
    owner,
    stranger,
    clientOptions,
    createClient: (endpoint = url) => removals.addTo(new S3Client(clientOptions({ endpoint }))),
    createBucket,
    async newBucket() {
      buckets += 1;
      const name = `bucket-${buckets}`;
      await createBucket(name);
      return name;
    },
    async unfinishedUploads(bucket) {
      const { Uploads = [] } = await client.send(
        new ListMultipartUploadsCommand({ Bucket: bucket }),
      );
      return Uploads.map(({ Key }) => Key ?? "");
    },
    async stop() {
      client.destroy();
      await server.stop();
      await data.remove();
    },
  };
}

function usersFile(): string {
  return JSON.stringify({
    accessAccounts: {
      [stranger.accessKeyId]: {
        access: stranger.accessKeyId,
        secret: stranger.secretAccessKey,
        role: "user",
        userID: 1000,
        groupID: 1000,
      },
    },
  });
}
