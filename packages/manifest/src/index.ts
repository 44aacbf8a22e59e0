export type { Descriptor, Digest } from "./descriptor.ts";
