/** Where the package set is made, and how progress is reported. */
export interface PrepareOptions {
  /** The directory of the package set. Missing parents are created. */
  readonly directory: string;
  /** Attribute path -> Debian package. @defaultValue all of packages.mjs */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** Called with one line when the set has to be made. @defaultValue no output */
  readonly log?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PreparedPackages {
  /** The directory, which Nix imports. An absolute path. */
  readonly directory: string;
  /** Changes whenever a package does: 64 hexadecimal digits. */
  readonly revision: string;
  /** Whether it had to be made. */
  readonly hasChanged: boolean;
}

/** Makes `directory` a package set that Nix can import, unless it is one already. */
export function preparePackages(options: PrepareOptions): Promise<PreparedPackages>;
