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

/**
 * Command -> Go package of the servers, clients and suites that Debian does not have, at the version
 * that the tests were written against; built by scripts/install-go-peers.mjs.
 */
export const goPeers = {
  "fake-gcs-server": "github.com/fsouza/fake-gcs-server@v1.56.1",
  versitygw: "github.com/versity/versitygw/cmd/versitygw@v1.8.0",
  crane: "github.com/google/go-containerregistry/cmd/crane@v0.22.1",
  "oci-conformance":
    "github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111",
};

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
  const peers = [...Object.keys(debianPeers), ...Object.keys(goPeers)];
  return [
    ...peers.filter((command) => findPeer(command) === undefined),
    ...(existsSync(join(currentNix, "nix")) ? [] : ["current Nix"]),
    ...(hasNamespaces() ? [] : ["namespaces (for a sandbox and a full disk)"]),
  ];
}
