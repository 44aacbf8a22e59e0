// One measurement, in a process of its own; prints it as JSON.
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Storage as GoogleStorage } from "@google-cloud/storage";
import type { Storage } from "@nixery/storage";
import { createFsStorage } from "@nixery/storage-fs";
import { createGcsStorage } from "@nixery/storage-gcs";
import { createS3Storage } from "@nixery/storage-s3";
import { type Passage, type Speed, quantile, type Task } from "./measure.ts";

const task: Task = JSON.parse(process.argv[2] ?? "{}");
const key = "blobs/large";
const contentType = "application/octet-stream";
const rounds = 20;

const storage = await openStorage(task);
console.log(JSON.stringify(task.task === "memory" ? await memory() : await speed()));

/** Writes and reads the object, after a smaller one that warms up code and connections. */
async function memory(): Promise<object> {
  const warm = 32 * 1024 * 1024;
  await storage.write("blobs/warm", bytes(warm), { contentType });
  await drain((await storage.read("blobs/warm"))?.body);
  const written = await passage(async () => {
    await storage.write(key, bytes(task.size), { contentType });
  });
  const read = await passage(async () => drain((await storage.read(key))?.body));
  return { written, read };
}

/**
 * Reads the same object alternately. Each round has one ratio, of two successive reads, so that other
 * work on the machine affects both alike. The first round warms up and does not count.
 */
async function speed(): Promise<Speed> {
  await storage.write(key, bytes(task.size), { contentType });
  const readers: Readonly<Record<string, () => Promise<unknown>>> = {
    own: async () => drain((await storage.read(key))?.body),
    ...libraryReaders(task),
  };
  const times: Record<string, number>[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const order = Object.entries(readers);
    const taken: Record<string, number> = {};
    for (const [name, run] of round % 2 === 0 ? order : order.toReversed()) {
      const start = performance.now();
      await run();
      taken[name] = performance.now() - start;
    }
    times.push(taken);
  }
  const counted = times.slice(1);
  const speedsOf = (name: string): number[] =>
    counted.flatMap(({ [name]: time }) => (time === undefined ? [] : [speedOf(time)]));
  return {
    own: quantile(speedsOf("own"), 0.5),
    library: quantile(speedsOf("library"), 0.5),
    unchecked: "unchecked" in readers ? quantile(speedsOf("unchecked"), 0.5) : undefined,
    ratios: counted.map(({ own = 0, library = 0 }) => library / own),
  };
}

async function openStorage({ backend, place, bucket, ...credentials }: Task): Promise<Storage> {
  switch (backend) {
    case "fs":
      return createFsStorage({ directory: place });
    case "gcs":
      return createGcsStorage({
        bucket,
        clientOptions: googleOptions(place),
        // The emulator hashes the whole object again with every part; reads are not affected.
        ...(task.task === "speed" ? { partSize: 64 * 1024 * 1024 } : {}),
      });
    case "s3":
      return createS3Storage({
        bucket,
        clientOptions: { endpoint: place, region: "us-east-1", credentials },
      });
  }
}

function libraryReaders(of: Task): Record<string, () => Promise<unknown>> {
  const { backend, place, bucket, ...credentials } = of;
  switch (backend) {
    case "fs":
      return { library: async () => drain(createReadStream(join(place, key))) };
    case "gcs": {
      const file = new GoogleStorage(googleOptions(place)).bucket(bucket).file(key);
      return {
        library: async () => drain(file.createReadStream()),
        unchecked: async () => drain(file.createReadStream({ validation: false })),
      };
    }
    case "s3": {
      const options = { endpoint: place, region: "us-east-1", forcePathStyle: true, credentials };
      const client = new S3Client(options);
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      return {
        library: async () => {
          const { Body: body } = await client.send(command);
          await drain(body instanceof Readable ? body : undefined);
        },
      };
    }
  }
}

function googleOptions(place: string): { apiEndpoint: string; projectId: string } {
  return { apiEndpoint: new URL(place).origin, projectId: "bench" };
}

/** Incompressible bytes, in chunks like those of a compressor. */
async function* bytes(size: number): AsyncGenerator<Uint8Array, void, undefined> {
  const chunk = randomBytes(256 * 1024);
  for (let left = size; left > 0; left -= chunk.byteLength) {
    yield chunk.subarray(0, left);
  }
}

async function drain(body: AsyncIterable<Uint8Array> | undefined): Promise<void> {
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
  }
  if (size === 0) {
    throw new Error("The object to read is missing or empty.");
  }
}

async function passage(run: () => Promise<void>): Promise<Passage> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let max = before;
  const timer = setInterval(() => {
    max = Math.max(max, process.memoryUsage.rss());
  }, 20);
  const start = performance.now();
  await run();
  const time = performance.now() - start;
  clearInterval(timer);
  return { speed: speedOf(time), growth: (max - before) / 1024 / 1024 };
}

function speedOf(milliseconds: number): number {
  return task.size / 1e6 / (milliseconds / 1000);
}
