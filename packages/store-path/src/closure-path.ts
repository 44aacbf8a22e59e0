/** One store path of a closure. */
export interface ClosurePath {
  /** Absolute, such as `/nix/store/<hash>-<name>`. */
  readonly path: string;
  /** Size of its NAR serialisation in bytes, without its references. */
  readonly narSize: number;
  /** Absolute store paths to which it refers, sorted, without itself. */
  readonly references: readonly string[];
}
