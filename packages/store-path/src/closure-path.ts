/** One store path of a closure. */
export interface ClosurePath {
  /** Absolute, such as `/nix/store/<hash>-<name>`. */
  readonly path: string;
  /** Size of its NAR serialisation in bytes, without what it refers to. */
  readonly narSize: number;
  /** Absolute store paths that it refers to, sorted, without itself. */
  readonly references: readonly string[];
}
