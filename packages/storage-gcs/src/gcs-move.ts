import { nothingToMove } from "@nixery/storage/remote";
import { stringOf } from "./fields.ts";
import { lookUp, type ObjectContext, objectPath } from "./gcs-object.ts";
import { removeObject } from "./gcs-remove.ts";

/**
 * Renames an object inside the service; its bytes are not transferred. A rewrite and a removal
 * rather than the API's `moveTo`, because every emulator has them and both can be repeated. Both are
 * bound to the generation that the object has at the start.
 */
export async function moveObject(
  context: ObjectContext,
  toKey: string,
  toName: string,
): Promise<void> {
  const { operation, objectName } = context;
  const source = await lookUp(context);
  if (source === undefined) {
    throw nothingToMove(operation, toKey);
  }
  if (objectName === toName) {
    return;
  }
  let token: string | undefined;
  do {
    token = await rewrite(context, toKey, toName, source.info.version, token);
  } while (token !== undefined);
  await removeObject(context, source.info.version);
}

/** One step of a rewrite; returns the token for the next one, if there is one. */
async function rewrite(
  context: ObjectContext,
  toKey: string,
  toName: string,
  sourceGeneration: string,
  rewriteToken: string | undefined,
): Promise<string | undefined> {
  const { client, operation, objectName, signal } = context;
  const to = client.url(objectPath(toName)).pathname.replace("/storage/v1/", "");
  const response = await client.text({
    operation,
    method: "POST",
    url: client.url(`${objectPath(objectName)}/rewriteTo/${to}`, {
      sourceGeneration,
      rewriteToken,
      fields: "done,rewriteToken",
    }),
    accept: [200, 404],
    signal,
  });
  if (response.status === 404) {
    throw nothingToMove(operation, toKey);
  }
  const fields = response.fields();
  return fields["done"] === true ? undefined : stringOf(fields["rewriteToken"]);
}
