import type { ClosurePath } from "@nixery/store-path";

/** Nix's name for a platform, such as `x86_64-linux`. */
export type NixSystem = string;

export interface ResolveOptions {
  /** On abort the operation rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

export interface PrepareOptions extends ResolveOptions {
  /** Called with each line that the source's program prints while it works. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A tag pinned to a package set that does not change. */
export interface ResolvedSource {
  /**
   * Identity of the package set: the same key, packages and system give the same closure.
   * `undefined` when nothing pins the set; its images are not cached.
   */
  readonly cacheKey: string | undefined;
  /** Full commit hash, where known. */
  readonly revision?: string | undefined;
  /** Address of the package set, without credentials, where known. */
  readonly url?: string | undefined;
  /** Commit date, where known. */
  readonly created?: Date | undefined;
}

/** The store paths that an image needs. */
export interface Closure {
  /** Store paths of the requested packages (all outputs to be linked), in the order asked. */
  readonly roots: readonly string[];
  /** Every path of the closure, roots included, sorted by path. */
  readonly paths: readonly ClosurePath[];
}

/**
 * A source of packages. Methods reject with a `PackageSourceError`, or with `signal.reason`
 * when aborted.
 */
export interface PackageSource {
  /** For logs and errors; holds no secret. */
  readonly name: string;
  /**
   * Pins a tag, such as a channel or branch, to a package set. `undefined` when the source has no
   * such tag.
   */
  resolve(tag: string, options?: ResolveOptions): Promise<ResolvedSource | undefined>;
  /**
   * Makes `packages` available for `system` and returns their closure. Names are attribute names as
   * written in the image name.
   */
  prepare(
    resolved: ResolvedSource,
    packages: readonly string[],
    system: NixSystem,
    options?: PrepareOptions,
  ): Promise<Closure>;
  /**
   * Tags to list; `resolve` may accept more.
   * @defaultValue `latest`, when it resolves
   */
  tags?(options?: ResolveOptions): Promise<readonly string[]>;
}
