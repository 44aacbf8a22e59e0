export { createServiceAccount, startFakeGcs } from "./fake-gcs.ts";
export type { FakeGcs, ServiceAccount } from "./fake-gcs.ts";
export { startFaultProxy } from "./fault-proxy.ts";
export type { Fault, FaultProxy, SeenRequest } from "./fault-proxy.ts";
export { objectStoreCommand } from "./command.ts";
export { startS3 } from "./s3.ts";
export type { S3Account, S3Server } from "./s3.ts";
export { collect, pieces } from "./bytes.ts";
