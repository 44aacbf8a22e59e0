export { isPackageSourceError, PackageSourceError } from "./package-source-error.ts";
export type {
  BuildFailure,
  PackageSourceErrorCode,
  PackageSourceErrorDetails,
} from "./package-source-error.ts";
export type {
  Closure,
  NixSystem,
  PackageSource,
  PrepareOptions,
  ResolvedSource,
  ResolveOptions,
} from "./package-source.ts";
