import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Redirect } from "@nixery/storage";
import { abandonable } from "@nixery/storage/remote";
import { type ObjectContext, send } from "./s3-object.ts";

/**
 * A presigned URL (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html)
 * for one method; `context.client` has the endpoint that clients reach. It ends with the
 * credentials that signed it, where these end earlier.
 */
export async function signUrl(
  context: ObjectContext,
  method: "GET" | "HEAD",
  lifetime: number,
): Promise<Redirect> {
  const { client, bucket, objectKey } = context;
  const input = { Bucket: bucket, Key: objectKey };
  // A signature counts from a whole second.
  const now = new Date(Math.floor(Date.now() / 1000) * 1000);
  const sign = async (): Promise<Redirect> => {
    const { expiration } = await client.config.credentials();
    const options = { expiresIn: lifetime, signingDate: now };
    const url = await (method === "HEAD"
      ? getSignedUrl(client, new HeadObjectCommand(input), options)
      : getSignedUrl(client, new GetObjectCommand(input), options));
    const end = now.getTime() + lifetime * 1000;
    return {
      url: new URL(url),
      expires: new Date(Math.min(end, expiration?.getTime() ?? end)),
    };
  };
  return send(context, () => abandonable(sign(), context.signal));
}

/** Where the object is for everyone, when the bucket lets everyone read it. */
export async function publicUrl(context: ObjectContext): Promise<Redirect> {
  const { url } = await signUrl(context, "GET", 60);
  url.search = "";
  return { url };
}

/** A client like `client` for another endpoint. */
export function clientAt(client: S3Client, endpoint: URL): S3Client {
  const { region, credentials, forcePathStyle } = client.config;
  return new S3Client({ endpoint: endpoint.href, region, credentials, forcePathStyle });
}
