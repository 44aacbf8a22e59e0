export { NixError, isNixError } from "./nix-error.ts";
export type { BuildFailure, NixErrorCode, NixErrorDetails } from "./nix-error.ts";
export type {
  Closure,
  ClosurePath,
  NixSystem,
  PackageSource,
  PrepareOptions,
  ResolveOptions,
  ResolvedSource,
} from "./package-source.ts";
