import { parentPort, workerData } from "node:worker_threads";
import type { LayerCodecReference, StoreReaderReference } from "../../src/index.ts";
import { packPaths } from "./pack-paths.ts";

/** The data of the worker; it is cloned. */
export interface WorkerInput {
  readonly codec: LayerCodecReference;
  readonly reader: StoreReaderReference;
  readonly paths: readonly string[];
}

const input: WorkerInput = workerData;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(await packPaths(input.codec, input.reader, input.paths));
