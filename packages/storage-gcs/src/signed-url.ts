import { createHash } from "node:crypto";
import type { Bucket } from "@google-cloud/storage";
import { unlessAborted } from "@nixery/kit/unless-aborted";
import type { Redirect } from "@nixery/storage";
import { toStorageError } from "./gcs-error.ts";
import type { ObjectContext } from "./gcs-object.ts";

/** Signs a URL of an object, or resolves to `undefined` without a key to sign with. */
export type SignUrl = (context: ObjectContext) => Promise<Redirect | undefined>;

/**
 * Signs URLs for GET that expire after `lifetime` milliseconds, with the private key of the client's
 * credentials.
 */
export function createUrlSigner(bucket: Bucket, lifetime: number): SignUrl {
  let account: Promise<string | undefined> | undefined;

  const sign = async (objectName: string): Promise<Redirect | undefined> => {
    // A signature counts from a whole second.
    const start = Math.floor(Date.now() / 1000) * 1000;
    const seconds = Math.floor(lifetime / 1000);
    // Once: where there are no credentials, the search for them takes a while.
    account ??= signingAccount(bucket);
    const email = await account;
    if (email === undefined) {
      return undefined;
    }
    const url = await signUrl(bucket, email, objectName, new Date(start), seconds);
    return { url, expires: new Date(start + seconds * 1000) };
  };

  return async ({ objectName, operation, signal }) => {
    try {
      return await unlessAborted(sign(objectName), signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw toStorageError(error, operation);
    }
  };
}

/**
 * A V4 signed URL (https://docs.cloud.google.com/storage/docs/authentication/canonical-requests).
 * The client library signs only with credentials that it has read from a key file itself. The key
 * does not leave the library here either.
 */
async function signUrl(
  bucket: Bucket,
  account: string,
  objectName: string,
  start: Date,
  seconds: number,
): Promise<URL> {
  const { authClient } = bucket.storage;
  const url = publicUrl(bucket, objectName);
  const time = start.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/auto/storage/goog4_request`;
  // In the order of their names, as in both the canonical request and the URL.
  const query = Object.entries({
    "X-Goog-Algorithm": "GOOG4-RSA-SHA256",
    "X-Goog-Credential": `${account}/${scope}`,
    "X-Goog-Date": time,
    "X-Goog-Expires": `${seconds}`,
    "X-Goog-SignedHeaders": "host",
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  const canonical = `GET\n${url.pathname}\n${query}\nhost:${url.host}\n\nhost\nUNSIGNED-PAYLOAD`;
  const digest = createHash("sha256").update(canonical).digest("hex");
  const signature = await authClient.sign(`GOOG4-RSA-SHA256\n${time}\n${scope}\n${digest}`);
  url.search = `${query}&X-Goog-Signature=${Buffer.from(signature, "base64").toString("hex")}`;
  return url;
}

/** The URL of an object in a bucket that is readable without credentials. */
export function publicUrl(bucket: Bucket, objectName: string): URL {
  const path = objectName.split("/").map(encodeURIComponent).join("/");
  return new URL(`${bucket.storage.apiEndpoint}/${bucket.name}/${path}`);
}

/** The account whose private key is in the credentials, or `undefined`. */
async function signingAccount(bucket: Bucket): Promise<string | undefined> {
  try {
    const client: object = await bucket.storage.authClient.getClient();
    const hasKey = "key" in client && typeof client.key === "string" && client.key !== "";
    return hasKey && "email" in client && typeof client.email === "string"
      ? client.email
      : undefined;
  } catch {
    // Without credentials, other requests fail with an error that names the cause.
    return undefined;
  }
}
