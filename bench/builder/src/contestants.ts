import { spawn } from "node:child_process";
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { createImageBuilder } from "@nixery/builder";
import { diskReader, gzip } from "@nixery/packing";
import { createDiscardingStorage } from "./discard.ts";
import type { BenchStore } from "./store.ts";

export interface Run {
  /** Seconds. */
  readonly time: number;
  /** Seconds of processor time, which other work on the machine changes less. */
  readonly processor: number;
  /** Compressed bytes. */
  readonly size: number;
  /** Longest delay of this process's event loop, in milliseconds. */
  readonly late?: number;
}

export interface Contestant {
  readonly name: string;
  run(store: BenchStore): Promise<Run>;
}

/** The builder, without Nix and without writes to a disk. */
export function builder(level: number, budget: number): Contestant {
  return {
    name: `builder, level ${level}, ${budget === 1 ? "1 layer" : "a layer a path"}`,
    async run({ root, closure }) {
      const storage = createDiscardingStorage();
      const images = createImageBuilder({
        storage,
        reader: diskReader({ root }),
        compression: { codec: gzip({ level }) },
        grouping: { budget },
        packages: {
          name: "bench",
          resolve: () => Promise.resolve({ cacheKey: undefined }),
          prepare: () => Promise.resolve(closure),
        },
      });
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const before = process.cpuUsage();
      const start = performance.now();
      const result = await images.image({ name: "bench", tag: "latest", format: "oci" });
      const time = (performance.now() - start) / 1000;
      const processor = processorSince(before);
      delay.disable();
      await images.close();
      if (result.kind !== "found") {
        throw new Error(result.message);
      }
      return { time, processor, size: storage.written(), late: delay.max / 1e6 };
    },
  };
}

/** The usual way in a shell. */
export function pigz(level: number, threads: number): Contestant {
  return {
    name: `tar | pigz -p${threads} -${level}`,
    run: async ({ root }) => {
      const start = performance.now();
      const command = `tar -c -C "$0" nix | pigz -p${threads} -${level} | wc -c; times`;
      const lines = (await output("sh", ["-c", command, root])).split("\n");
      const time = (performance.now() - start) / 1000;
      // The shell's own time comes first, then that of its children, each as user and system.
      const parts = [...(lines[2] ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
      const processor = parts.reduce(
        (sum, part) => sum + Number(part[1]) * 60 + Number(part[2]),
        0,
      );
      return { time, processor, size: Number(lines[0]) };
    },
  };
}

/** The usual way in Node: one zlib stream, so one thread. */
export function oneStream(level: number): Contestant {
  return {
    name: `tar | node:zlib level ${level}`,
    async run({ root }) {
      const before = process.cpuUsage();
      const start = performance.now();
      const tar = spawn("tar", ["-c", "-C", root, "nix"], { stdio: ["ignore", "pipe", "inherit"] });
      let size = 0;
      await pipeline(
        tar.stdout,
        createGzip({ level, chunkSize: 65_536 }),
        async (compressed: AsyncIterable<Uint8Array>) => {
          for await (const chunk of compressed) {
            size += chunk.length;
          }
        },
      );
      return { time: (performance.now() - start) / 1000, processor: processorSince(before), size };
    },
  };
}

function processorSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function output(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code]: unknown[] = await once(child, "close");
  if (code !== 0) {
    throw new Error(`${command} ended with ${String(code)}.`);
  }
  return text;
}
