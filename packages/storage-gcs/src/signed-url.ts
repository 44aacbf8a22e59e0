import { createHash } from "node:crypto";
import type { Bucket } from "@google-cloud/storage";

export interface UrlToSign {
  readonly objectName: string;
  readonly method: "GET" | "HEAD";
  /** In seconds. */
  readonly lifetime: number;
  readonly now: Date;
}

/** Signs URLs, or gives `undefined` when the credentials hold no key to sign with. */
export type SignUrl = (request: UrlToSign) => Promise<URL | undefined>;

/** Signs URLs of a bucket's objects with the key that its client's credentials hold. */
export function createUrlSigner(bucket: Bucket): SignUrl {
  let account: Promise<string | undefined> | undefined;
  return async (request) => {
    // Asked for once: where there are no credentials, looking for them takes a while.
    account ??= signingAccount(bucket);
    const email = await account;
    return email === undefined ? undefined : signUrl(bucket, email, request);
  };
}

/**
 * A V4 signed URL (https://docs.cloud.google.com/storage/docs/authentication/canonical-requests).
 * The client library signs for GET only, so the text to sign is put together here; the key never
 * leaves the library.
 */
async function signUrl(bucket: Bucket, account: string, request: UrlToSign): Promise<URL> {
  const { objectName, method, lifetime, now } = request;
  const { authClient } = bucket.storage;
  const url = publicUrl(bucket, objectName);
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/auto/storage/goog4_request`;
  // In the order of their names, as both the canonical request and the URL have them.
  const query = Object.entries({
    "X-Goog-Algorithm": "GOOG4-RSA-SHA256",
    "X-Goog-Credential": `${account}/${scope}`,
    "X-Goog-Date": time,
    "X-Goog-Expires": `${lifetime}`,
    "X-Goog-SignedHeaders": "host",
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  const canonical = `${method}\n${url.pathname}\n${query}\nhost:${url.host}\n\nhost\nUNSIGNED-PAYLOAD`;
  const digest = createHash("sha256").update(canonical).digest("hex");
  const signature = await authClient.sign(`GOOG4-RSA-SHA256\n${time}\n${scope}\n${digest}`);
  url.search = `${query}&X-Goog-Signature=${Buffer.from(signature, "base64").toString("hex")}`;
  return url;
}

/** Where the object is for everyone, when the bucket lets everyone read it. */
export function publicUrl(bucket: Bucket, objectName: string): URL {
  const path = objectName.split("/").map(encodeURIComponent).join("/");
  return new URL(`${bucket.storage.apiEndpoint}/${bucket.name}/${path}`);
}

/** The account whose private key the credentials hold, or `undefined`. */
async function signingAccount(bucket: Bucket): Promise<string | undefined> {
  try {
    const client: object = await bucket.storage.authClient.getClient();
    const holdsKey = "key" in client && typeof client.key === "string" && client.key !== "";
    return holdsKey && "email" in client && typeof client.email === "string"
      ? client.email
      : undefined;
  } catch {
    // Without credentials nothing is signed; the requests themselves say what is wrong with them.
    return undefined;
  }
}
