import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { unlessAborted } from "@nixery/kit/unless-aborted";
import type { Redirect } from "@nixery/storage";
import { type ObjectContext, send } from "./s3-object.ts";

/**
 * A presigned URL (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html)
 * for GET; `context.client` has the endpoint that clients reach. It expires after `lifetime`
 * milliseconds, or with the credentials that signed it when they expire earlier.
 */
export async function signUrl(context: ObjectContext, lifetime: number): Promise<Redirect> {
  const { client, bucket, objectKey } = context;
  // A signature counts from a whole second.
  const now = new Date(Math.floor(Date.now() / 1000) * 1000);
  const expiresIn = Math.floor(lifetime / 1000);
  const sign = async (): Promise<Redirect> => {
    const { expiration } = await client.config.credentials();
    const command = new GetObjectCommand({ Bucket: bucket, Key: objectKey });
    const url = await getSignedUrl(client, command, { expiresIn, signingDate: now });
    const end = now.getTime() + expiresIn * 1000;
    return {
      url: new URL(url),
      expires: new Date(Math.min(end, expiration?.getTime() ?? end)),
    };
  };
  return await send(context, () => unlessAborted(sign(), context.signal));
}

/** The URL of the object in a bucket that is readable without credentials. */
export async function publicUrl(context: ObjectContext): Promise<Redirect> {
  const { url } = await signUrl(context, 60_000);
  url.search = "";
  return { url };
}

/** A client like `client` for another endpoint. */
export function clientAt(client: S3Client, endpoint: URL): S3Client {
  const { region, credentials, forcePathStyle } = client.config;
  return new S3Client({ endpoint: endpoint.href, region, credentials, forcePathStyle });
}
