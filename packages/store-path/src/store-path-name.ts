/** The store directory and the hash, which may be of any length here: histories make up short ones. */
const beforeName = /^.*\/[0-9a-z]+-/;
/** A version starts at the first dash before anything but a letter, as in Nix's `parseDrvName`. */
const version = /-[^A-Za-z].*$/;

/**
 * The name of a store path with its version, without directory and hash: the key of popularity
 * data. Returns a text that is not a store path unchanged.
 *
 * @example
 * storePathName("/nix/store/4ai1fzs9hw92z9i01hf8fphn37xm8b74-hello-2.12") // "hello-2.12"
 */
export function storePathName(path: string): string {
  const name = path.replace(beforeName, "");
  return name === "" ? path : name;
}

/**
 * A store path's name without the version.
 *
 * @example
 * packageName("hello-2.12") // "hello"
 */
export function packageName(name: string): string {
  return name.replace(version, "");
}
