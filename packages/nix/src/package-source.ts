/** Nix's name for a platform, such as `x86_64-linux`. */
export type NixSystem = string;

export interface ResolveOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface PrepareOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with each line that Nix prints while it works. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A tag that was pinned to something that does not move. */
export interface ResolvedSource {
  /**
   * Identity of the package set: the same key, packages and system give the same closure.
   * `undefined` when nothing pins it; then manifests are not cached.
   */
  readonly cacheKey: string | undefined;
  /** Full commit hash, where known. */
  readonly revision?: string | undefined;
  /** Where the package set lives, without credentials, where known. */
  readonly url?: string | undefined;
  /** Commit date, where known. */
  readonly created?: Date | undefined;
}

/** One store path of a closure. */
export interface ClosurePath {
  /** Absolute, such as `/nix/store/<hash>-<name>`. */
  readonly path: string;
  /** Size of its NAR serialisation in bytes. */
  readonly narSize: number;
  /** Absolute store paths it refers to, sorted, without itself. */
  readonly references: readonly string[];
}

/** What the packages of an image are in the store. */
export interface Closure {
  /** Store paths of the requested packages (all outputs to be linked), in the order asked. */
  readonly roots: readonly string[];
  /** Every path of the closure, roots included, sorted by path. */
  readonly paths: readonly ClosurePath[];
}

/** Where packages come from. Rejects with a `NixError`, or with `signal.reason` when aborted. */
export interface PackageSource {
  /** For logs and errors; holds no secret. */
  readonly name: string;
  /** `undefined`: no such tag here. Pins a moving channel or branch to a commit. */
  resolve(tag: string, options?: ResolveOptions): Promise<ResolvedSource | undefined>;
  /** Realises `packages` (attribute names as written in the image name) for `system`. */
  prepare(
    resolved: ResolvedSource,
    packages: readonly string[],
    system: NixSystem,
    options?: PrepareOptions,
  ): Promise<Closure>;
  /** Tags that can be listed; a source may resolve more than these. */
  tags?(options?: ResolveOptions): Promise<readonly string[]>;
}
