// The real clients and servers that some tests run against. They are heavy, so npm test takes them
// where they are and says which are not; CI installs them all.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findCommand, root } from "./tools.mjs";

/** Command that proves a peer's presence -> Debian package that has it. */
export const debianPeers = {
  dockerd: "docker.io",
  podman: "podman",
  skopeo: "skopeo",
  containerd: "containerd",
  runc: "runc",
  umoci: "umoci",
  "qemu-aarch64-static": "qemu-user-static",
};

/** Object-store servers, which Debian does not have; made by test/object-stores/install.mjs. */
const objectStores = ["fake-gcs-server", "versitygw"];

/** Programs of a newer Nix than Debian's; installed by test/nix-versions/install.mjs. */
export const currentNix = join(root, ".nixery/tools/nix-current/usr/bin");

/** Where a peer is, or undefined. */
export function findPeer(command) {
  const own = join(root, ".nixery/tools/bin", command);
  return existsSync(own) ? own : findCommand(command);
}

/** Whether processes here may make namespaces of their own; in a container they mostly may not. */
export function hasNamespaces() {
  return spawnSync("unshare", ["--user", "--mount", "true"]).status === 0;
}

/** Names of the peers that this machine lacks. */
export function missingPeers() {
  const peers = [...Object.keys(debianPeers), ...objectStores];
  return [
    ...peers.filter((command) => findPeer(command) === undefined),
    ...(existsSync(join(currentNix, "nix")) ? [] : ["current Nix"]),
    ...(hasNamespaces() ? [] : ["namespaces (for a sandbox and a full disk)"]),
  ];
}
