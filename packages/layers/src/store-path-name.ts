/** What stands before a store path's name: the store directory and a hash in Nix's base 32. */
const beforeName = /^.*\/[0-9a-z]+-/;
/** As in Nix's `parseDrvName`, a version starts after the first dash that no letter follows. */
const version = /-[^A-Za-z].*$/;

/**
 * The name of a store path, without directory and hash but with the version: the key of Nixery's
 * popularity data. What is not a store path is its own name.
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
