import { isRecord } from "@nixery/kit/is-record";
import { keyPattern, type ObjectInfo } from "@nixery/storage";
import type { Operation } from "@nixery/storage/remote";
import { stringOf } from "./fields.ts";
import type { GcsClient } from "./gcs-client.ts";
import { objectFields, parseObject } from "./gcs-object.ts";

export interface Listing {
  readonly client: GcsClient;
  readonly operation: Operation;
  /** Precedes the key in an object's name. */
  readonly namePrefix: string;
  readonly signal: AbortSignal | undefined;
}

/** Objects whose key starts with `prefix`, in the service's order, which is that of the keys. */
export async function* listObjects(
  listing: Listing,
  prefix: string,
): AsyncGenerator<ObjectInfo, void, undefined> {
  const { client, operation, namePrefix, signal } = listing;
  let pageToken: string | undefined;
  do {
    const response = await client.text({
      operation,
      method: "GET",
      url: client.url("o", {
        prefix: namePrefix + prefix,
        fields: `nextPageToken,items(${objectFields})`,
        pageToken,
      }),
      accept: [200],
      signal,
    });
    const { nextPageToken, items } = response.fields();
    for (const item of (Array.isArray(items) ? items : []).filter(isRecord)) {
      const key = (stringOf(item["name"]) ?? "").slice(namePrefix.length);
      // A bucket may contain objects of others.
      if (keyPattern.test(key)) {
        signal?.throwIfAborted();
        yield parseObject(key, item).info;
      }
    }
    pageToken = stringOf(nextPageToken);
  } while (pageToken !== undefined && pageToken !== "");
}
