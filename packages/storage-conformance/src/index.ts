export type { Capability, ConformanceCase, ConformanceGroup, Subject } from "./conformance-case.ts";
export { conformanceGroups } from "./conformance-groups.ts";
export { testStorage, tryCase } from "./test-storage.ts";
export type { CreatedStorage, TestStorageOptions, TryOptions } from "./test-storage.ts";
