/** Where the package set goes, and how it is told about. */
export interface PrepareOptions {
  /** The directory that becomes the package set; what leads to it is made. */
  readonly directory: string;
  /** Attribute path to Debian package. @defaultValue all that packages.mjs lists */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  /** Told one line, and only when there is something to do. @defaultValue no one is told */
  readonly log?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PreparedPackages {
  /** The directory as an absolute path: Nix imports it. */
  readonly directory: string;
  /** Changes whenever a package does: 64 hexadecimal digits. */
  readonly revision: string;
  /** Whether it had to be made. */
  readonly changed: boolean;
}

/** Makes `directory` a package set that Nix can import, unless it is one already. */
export function preparePackages(options: PrepareOptions): Promise<PreparedPackages>;
