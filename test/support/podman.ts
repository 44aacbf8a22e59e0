import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand, tryCommand } from "./command.ts";
import type { ContainerEngine } from "./docker.ts";
import { peer } from "./peer.ts";

/** podman with its own storage, and runc, because crun does not support hybrid cgroups. */
export async function startPodman(): Promise<ContainerEngine> {
  const directory = await mkdtemp(join(tmpdir(), "nixery-podman-"));
  const podman = peer("podman");
  const options = [
    ...["--root", join(directory, "root"), "--runroot", join(directory, "run")],
    ...["--runtime", peer("runc"), "--cgroup-manager", "cgroupfs"],
  ];
  const pull = [...options, "pull", "-q", "--tls-verify=false"];
  const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"];
  return {
    pull: (image) => runCommand(podman, [...pull, image]),
    tryPull: (image) => tryCommand(podman, [...pull, image]),
    run: (image, command) =>
      runCommand(podman, [
        ...[...options, "run", "--rm", "--network", "none", ...limits],
        ...[image, ...command],
      ]),
    stop: async () => {
      await tryCommand(podman, [...options, "system", "reset", "--force"]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
