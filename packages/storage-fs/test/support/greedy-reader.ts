// Opens an object until no more files can be, and says how that ends and how it goes on.
import process from "node:process";
import type { ReadResult } from "@nixery/storage";
import { createFsStorage } from "@nixery/storage-fs";
import { bytesOf, collect, typeOf } from "./objects.ts";
import { outcomeOf } from "./outcome.ts";

const [directory = ""] = process.argv.slice(2);
const type = typeOf(1, 100_000);
const storage = await createFsStorage({ directory, name: "fs:here" });
await storage.write("layers/a", bytesOf(type), { contentType: type });

const open: ReadResult[] = [];
let outcome = "done";
while (outcome === "done") {
  outcome = await outcomeOf(
    storage.read("layers/a").then((result) => result !== undefined && open.push(result)),
  );
}
process.stdout.write(`read ${outcome}\n`);
const write = storage.write("layers/b", bytesOf(type), { contentType: type });
process.stdout.write(`write ${await outcomeOf(write)}\n`);
for (const { body } of open) {
  await collect(body);
}
const second = storage.write("layers/b", bytesOf(type), { contentType: type });
process.stdout.write(`write ${await outcomeOf(second)}\n`);
