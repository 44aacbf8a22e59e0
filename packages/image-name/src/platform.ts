import type { Platform } from "./image-name.ts";

/** The platform of names that ask for none. */
export const amd64: Platform = Object.freeze({
  os: "linux",
  architecture: "amd64",
  system: "x86_64-linux",
});

/** What the meta-package `arm64` asks for. */
export const arm64: Platform = Object.freeze({
  os: "linux",
  architecture: "arm64",
  variant: "v8",
  system: "aarch64-linux",
});
