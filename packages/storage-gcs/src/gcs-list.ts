import { keyPattern, type ObjectInfo } from "@nixery/storage";
import type { Operation } from "@nixery/storage/remote";
import { isFields, stringOf } from "./fields.ts";
import type { GcsClient } from "./gcs-client.ts";
import { objectFields, parseObject } from "./gcs-object.ts";

export interface Listing {
  readonly client: GcsClient;
  readonly operation: Operation;
  /** What comes before the key in an object's name. */
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
    const answer = await client.text({
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
    const { nextPageToken, items } = answer.fields();
    for (const item of (Array.isArray(items) ? items : []).filter(isFields)) {
      const key = (stringOf(item["name"]) ?? "").slice(namePrefix.length);
      // A bucket may hold what is not ours.
      if (keyPattern.test(key)) {
        signal?.throwIfAborted();
        const { size, contentType } = parseObject(key, item);
        yield { key, size, contentType };
      }
    }
    pageToken = stringOf(nextPageToken);
  } while (pageToken !== undefined && pageToken !== "");
}
