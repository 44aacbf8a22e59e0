// Takes the locks of some keys, reports it and holds them until it gets a message.
import { once } from "node:events";
import process from "node:process";
import { openDirectories } from "../../src/directories.ts";
import { createFileLocks } from "../../src/file-locks.ts";
import { createKeyLocks } from "../../src/key-locks.ts";
import { openLayout } from "../../src/layout.ts";
import { currentOwner } from "../../src/owner.ts";

const [directory = "", ...keys] = process.argv.slice(2);
const layout = await openLayout(directory);
const directories = await openDirectories(layout, "fs:here");
const owner = await currentOwner();
const lock = createKeyLocks(createFileLocks({ layout, directories, owner, backend: "fs:here" }));
await lock(keys, undefined, async () => {
  process.send?.("held");
  // A process with nothing to wait for would end.
  await once(process, "message");
});
