/**
 * Settings with which `nixery serve` serves a prepared package set.
 *
 * The derivations use the host's dpkg-deb and patchelf, which a sandbox would hide.
 *
 * @param {{ directory: string, revision: string }} packages
 */
export function serverEnvironment({ directory, revision }) {
  return {
    NIXERY_PKGS_PATH: directory,
    NIXERY_PKGS_REVISION: revision,
    NIX_CONFIG: "sandbox = false\nmax-jobs = auto",
  };
}
