/**
 * Settings with which `nixery serve` serves a prepared package set.
 *
 * The derivations use the host's dpkg-deb and patchelf, which a sandbox hides. Debian's Nix has no
 * build users, which Nix expects by default.
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
