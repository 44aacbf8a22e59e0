/** What stands before a store path's name: the store directory and a hash in Nix's base 32. */
const beforeName = /^.*\/[0-9a-z]+-/;

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
