import { parentPort, workerData } from "node:worker_threads";
import type { LayerCodecReference, StoreReaderReference } from "../../src/index.ts";
import { packPaths } from "./pack-paths.ts";

/** What the worker is given; it is cloned on its way. */
export interface WorkerInput {
  readonly codec: LayerCodecReference;
  readonly reader: StoreReaderReference;
  readonly paths: readonly string[];
}

const input: WorkerInput = workerData;
parentPort?.postMessage(await packPaths(input.codec, input.reader, input.paths));
