/** Values of Nix's own settings (`man nix.conf`). */
export type NixSettings = Readonly<Record<string, string | number | boolean>>;

export interface NixOptions {
  /**
   * Directory of the programs `nix`, `nix-instantiate` and `nix-store`.
   * @defaultValue they are looked for in `PATH`
   */
  readonly binDirectory?: string | undefined;
  /**
   * What one `prepare` may take, fetching and building included, in milliseconds. What Nix has
   * built until then stays built, so that the next attempt goes on from there.
   * @defaultValue 600_000
   */
  readonly timeout?: number | undefined;
  /**
   * Whether builders run in Nix's sandbox.
   * @defaultValue as the machine's Nix is configured
   */
  readonly sandbox?: boolean | undefined;
  /**
   * Settings of Nix for these calls, such as `{ "max-jobs": "auto", "build-users-group": "" }`.
   * @defaultValue none: as the machine's Nix is configured
   */
  readonly settings?: NixSettings | undefined;
  /**
   * Variables for Nix's processes, over the few that are passed on. A package set can read them.
   * `NIX_PATH` is not passed on, so that a package set does not depend on the machine.
   * @defaultValue none
   */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /**
   * Directory of links that keep what was prepared from Nix's garbage collection. Links are named
   * after what they lead to, and renewed by each `prepare`. Processes may share it.
   * @defaultValue no links; then nothing but luck protects a closure while it is read
   */
  readonly gcRoots?: string | undefined;
  /**
   * How many of the links in `gcRoots` are kept when they have not been renewed for an hour.
   * @defaultValue 100
   */
  readonly keepGcRoots?: number | undefined;
  /**
   * Lines of Nix's output that an error keeps.
   * @defaultValue 100
   */
  readonly logLines?: number | undefined;
  /**
   * What a program may print as its result, in bytes.
   * @defaultValue 67_108_864
   */
  readonly maxOutputBytes?: number | undefined;
}

/** The options as arguments of any of Nix's programs. */
export function settingArguments({ sandbox, settings }: NixOptions): readonly string[] {
  const all: NixSettings = {
    // The tarball of a commit never changes: one that is here is not asked for again.
    "tarball-ttl": 4_294_967_295,
    "connect-timeout": 15,
    ...(sandbox === undefined ? {} : { sandbox }),
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ["--option", name, String(value)]);
}
