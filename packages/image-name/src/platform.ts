import type { Platform } from "./image-name.ts";

/** The platform of names without one. */
export const amd64: Platform = Object.freeze({
  os: "linux",
  architecture: "amd64",
  system: "x86_64-linux",
});

/** The platform of the meta-package `arm64`. */
export const arm64: Platform = Object.freeze({
  os: "linux",
  architecture: "arm64",
  variant: "v8",
  system: "aarch64-linux",
});
