export { createNix } from "./nix.ts";
export type { Nix, PackageSetLocation, RealiseRequest } from "./nix.ts";
export type { NixOptions, NixSettings } from "./nix-options.ts";
export { createChannelSource } from "./channel-source.ts";
export type { ChannelSourceOptions } from "./channel-source.ts";
export { createGitSource } from "./git-source.ts";
export type { GitSourceOptions } from "./git-source.ts";
export { NixError, isNixError } from "./nix-error.ts";
export type { BuildFailure, NixErrorCode, NixErrorDetails } from "./nix-error.ts";
export type { PackageSetOptions } from "./package-set-options.ts";
export type {
  Closure,
  ClosurePath,
  NixSystem,
  PackageSource,
  PrepareOptions,
  ResolveOptions,
  ResolvedSource,
} from "./package-source.ts";
export { createPathSource } from "./path-source.ts";
export type { PathSourceOptions } from "./path-source.ts";
