// Opens a storage on a mounted disk, unmounts that, and says how a write ends then.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createFsStorage } from "@nixery/storage-fs";
import { bytesOf, typeOf } from "./objects.ts";
import { outcomeOf } from "./outcome.ts";

const [directory = ""] = process.argv.slice(2);
const storage = await createFsStorage({ directory: join(directory, "images"), name: "fs:here" });
execFileSync("umount", [directory]);
const type = typeOf(1, 10);
const write = storage.write("layers/a", bytesOf(type), { contentType: type });
process.stdout.write(`write ${await outcomeOf(write)}\n`);
process.stdout.write(`left ${readdirSync(directory).join(" ")}\n`);
