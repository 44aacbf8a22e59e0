/** Values of Nix's own settings (`man nix.conf`). */
export type NixSettings = Readonly<Record<string, string | number | boolean>>;

export interface NixOptions {
  /**
   * Directory of the programs `nix`, `nix-instantiate` and `nix-store`.
   * @defaultValue they are found in `PATH`
   */
  readonly binDirectory?: string | undefined;
  /**
   * Limit of one `prepare`, fetching and building included, in milliseconds. Finished builds stay
   * in the store, so that the next attempt continues from there.
   * @defaultValue 600_000
   */
  readonly timeout?: number | undefined;
  /**
   * Whether builders run in Nix's sandbox.
   * @defaultValue the machine's own setting
   */
  readonly sandbox?: boolean | undefined;
  /**
   * Settings of Nix for these calls, such as `{ "max-jobs": "auto", "build-users-group": "" }`.
   * @defaultValue none: the machine's own settings
   */
  readonly settings?: NixSettings | undefined;
  /**
   * Variables for Nix's processes, in addition to the few that they inherit. A package set can read
   * them. `NIX_PATH` is not inherited, so that a package set does not depend on the machine.
   * @defaultValue none
   */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /**
   * Directory of links that protect prepared closures from Nix's garbage collection. Links are named
   * after their targets and renewed by each `prepare`. Processes may share it.
   * @defaultValue none: a collection can remove a closure while it is read
   */
  readonly gcRoots?: string | undefined;
  /**
   * Number of links in `gcRoots` that are kept when they have not been renewed for an hour.
   * @defaultValue 100
   */
  readonly maxIdleGcRoots?: number | undefined;
  /**
   * Lines of Nix's output that an error keeps.
   * @defaultValue 100
   */
  readonly maxLogLines?: number | undefined;
  /**
   * Limit of the result that a program prints, in bytes.
   * @defaultValue 67_108_864
   */
  readonly maxOutputBytes?: number | undefined;
}

/** The options as arguments of any of Nix's programs. */
export function settingArguments({ sandbox, settings }: NixOptions): readonly string[] {
  const all: NixSettings = {
    // The tarball of a commit never changes, so it is fetched once.
    "tarball-ttl": 4_294_967_295,
    "connect-timeout": 15,
    ...(sandbox === undefined ? {} : { sandbox }),
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ["--option", name, String(value)]);
}
