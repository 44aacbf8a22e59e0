/**
 * Settings with which `nixery serve` serves a prepared package set.
 *
 * The derivations use the host's dpkg-deb and patchelf, which a sandbox would hide. Debian's Nix
 * comes without the users that Nix otherwise wants for its builders.
 *
 * @param {{ directory: string, revision: string }} packages
 */
export function serverEnvironment({ directory, revision }) {
  return {
    NIXERY_PKGS_PATH: directory,
    NIXERY_PKGS_REVISION: revision,
    NIX_CONFIG: "sandbox = false\nbuild-users-group =\nmax-jobs = auto",
  };
}
