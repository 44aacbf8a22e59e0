import { nothingToMove } from "@nixery/storage/remote";
import { stringOf } from "./fields.ts";
import { deleteObject, lookUp, type ObjectContext, objectPath } from "./gcs-object.ts";

/**
 * Renames an object inside the service: no byte comes here. A rewrite and a removal rather than the
 * API's `moveTo`, because every emulator has them and both can be repeated. Both are bound to the
 * version of the object that was there at the start.
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
    token = await rewrite(context, toKey, toName, source.generation, token);
  } while (token !== undefined);
  await deleteObject({ ...context, operation: { ...operation, verb: "move" } }, source.generation);
}

/** One step of a rewrite; returns what the next one has to go on with, if there is one. */
async function rewrite(
  context: ObjectContext,
  toKey: string,
  toName: string,
  sourceGeneration: string,
  rewriteToken: string | undefined,
): Promise<string | undefined> {
  const { client, operation, objectName, signal } = context;
  const to = client.url(objectPath(toName)).pathname.replace("/storage/v1/", "");
  const answer = await client.text({
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
  if (answer.status === 404) {
    throw nothingToMove(operation, toKey);
  }
  const fields = answer.fields();
  return fields["done"] === true ? undefined : stringOf(fields["rewriteToken"]);
}
