// Says how the opening of a storage and a write of many bytes end, in the code of their errors.
import process from "node:process";
import { createFsStorage } from "@nixery/storage-fs";
import { bytesOf, typeOf } from "./objects.ts";
import { outcomeOf } from "./outcome.ts";

// Without a listener a file that is too large ends the process instead of the write.
process.on("SIGXFSZ", () => undefined);

const [directory = "", size = ""] = process.argv.slice(2);
const type = typeOf(1, Number(size));

const opening = createFsStorage({ directory, name: "fs:here" });
const opened = await outcomeOf(opening);
process.stdout.write(`open ${opened}\n`);
if (opened === "done") {
  const storage = await opening;
  const write = storage.write("layers/a", bytesOf(type), { contentType: type });
  process.stdout.write(`write ${await outcomeOf(write)}\n`);
  const small = typeOf(2, 1000);
  const second = storage.write("layers/b", bytesOf(small), { contentType: small });
  process.stdout.write(`write ${await outcomeOf(second)}\n`);
}
