// Stages one object, begins another, and goes on when it is told to.
import { once } from "node:events";
import process from "node:process";
import { createFsStorage } from "@nixery/storage-fs";
import { bytesOf, typeOf } from "./objects.ts";

const [directory = ""] = process.argv.slice(2);
const storage = await createFsStorage({ directory });
const type = typeOf(1, 50_000);

await storage.write("staging/staged", bytesOf(type), { contentType: type });

async function* slow(): AsyncGenerator<Uint8Array, void, undefined> {
  yield* bytesOf(typeOf(2, 20_000));
  process.send?.("half-way");
  await once(process, "message");
}
await storage.write("layers/slow", slow(), { contentType: typeOf(2, 20_000) });
await storage.move("staging/staged", "layers/staged");
process.send?.("done");
process.disconnect();
