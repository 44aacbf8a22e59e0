// Uses a storage on a disk that becomes read-only, and prints the outcome of each step.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createFsStorage } from "@nixery/storage-fs";
import { currentOwner } from "../../src/owner.ts";
import { bytesOf, collect, typeOf } from "./objects.ts";
import { outcomeOf } from "./outcome.ts";

const [directory = ""] = process.argv.slice(2);
const type = typeOf(1, 10);
const storage = await createFsStorage({ directory, name: "fs:here" });
await storage.write("layers/a", bytesOf(type), { contentType: type });
// A file of a process with an ID that no process has; it cannot be removed from here on.
const dead = (await currentOwner()).replace(/\.\d+\.\d+$/, ".99999999.1");
writeFileSync(join(directory, `.temporary/${dead}.1-2-3`), "half");
execFileSync("mount", ["-o", "remount,ro", directory]);

const again = await createFsStorage({ directory, name: "fs:here" });
for (const one of [storage, again]) {
  const { body = bytesOf("") } = (await one.read("layers/a")) ?? {};
  process.stdout.write(`read ${(await collect(body)).byteLength}\n`);
  const write = one.write("layers/b", bytesOf(type), { contentType: type });
  process.stdout.write(`write ${await outcomeOf(write)}\n`);
  process.stdout.write(`remove ${await outcomeOf(one.remove("layers/a"))}\n`);
}
