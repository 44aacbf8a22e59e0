// Writes, replaces, moves and removes objects without end, and tells each step.
import process from "node:process";
import { createFsStorage } from "@nixery/storage-fs";
import { bytesOf, typeOf } from "./objects.ts";

const [directory = ""] = process.argv.slice(2);
const storage = await createFsStorage({ directory });
const say = (message: string): unknown => process.send?.(message);

async function* told(type: string): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of bytesOf(type)) {
    say("chunk");
    yield chunk;
  }
}

for (let seed = 1; ; seed += 1) {
  const key = `layers/${seed % 5}`;
  const type = typeOf(seed, (seed * 7919) % 100_000);
  if (seed % 2 === 0) {
    await storage.write(key, told(type), { contentType: type });
  } else {
    await storage.write(`staging/${seed}`, told(type), { contentType: type });
    say("staged");
    await storage.move(`staging/${seed}`, key);
  }
  say(`stored ${key} ${seed}`);
  if (seed % 7 === 0) {
    await storage.remove(`layers/${(seed + 2) % 5}`);
  }
}
