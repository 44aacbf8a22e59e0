// The real clients and servers that some tests run against. They are large, so npm test uses those
// that are installed and lists the others; CI installs them all.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findCommand, root } from "./tools.mjs";

/** Command of a peer -> Debian package that contains it. */
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

/** Directory of the programs of a newer Nix than Debian's, which test/nix-versions/install.mjs installs. */
export const currentNix = join(root, ".nixery/tools/nix-current/usr/bin");

/** Path of a peer; `undefined` when it is not installed. */
export function findPeer(command) {
  const own = join(root, ".nixery/tools/bin", command);
  return existsSync(own) ? own : findCommand(command);
}

/** Whether processes may create namespaces; in most containers they may not. */
export function hasNamespaces() {
  return spawnSync("unshare", ["--user", "--mount", "true"]).status === 0;
}

/** Names of the peers that are not installed. */
export function missingPeers() {
  const peers = [...Object.keys(debianPeers), ...Object.keys(goPeers)];
  return [
    ...peers.filter((command) => findPeer(command) === undefined),
    ...(existsSync(join(currentNix, "nix")) ? [] : ["current Nix"]),
    ...(hasNamespaces() ? [] : ["namespaces (for a sandbox and a full disk)"]),
  ];
}
