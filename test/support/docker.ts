import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand, tryCommand, type CommandResult } from "./command.ts";
import { peer } from "./peer.ts";
import { startService } from "./process.ts";

/** A client that pulls and runs images. */
export interface ContainerEngine {
  pull(image: string): Promise<string>;
  tryPull(image: string): Promise<CommandResult>;
  run(image: string, command: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a separate Docker daemon with its own images and without a network. */
export async function startDocker(): Promise<ContainerEngine> {
  const directory = await mkdtemp(join(tmpdir(), "nixery-docker-"));
  const socket = `unix://${directory}/docker.sock`;
  const daemon = startService(peer("dockerd"), [
    ...["--iptables=false", "--bridge=none", "--ip-forward=false", "--ip-masq=false"],
    ...["--exec-opt", "native.cgroupdriver=cgroupfs"],
    ...["--data-root", join(directory, "data"), "--exec-root", join(directory, "exec")],
    ...["--pidfile", join(directory, "pid"), "-H", socket],
  ]);
  await daemon.waitFor(/API listen on/);
  const docker = ["-H", socket];
  return {
    pull: (image) => runCommand("docker", [...docker, "pull", "-q", image]),
    tryPull: (image) => tryCommand("docker", [...docker, "pull", "-q", image]),
    run: (image, command) =>
      runCommand("docker", [...docker, "run", "--rm", "--network", "none", image, ...command]),
    stop: async () => {
      await daemon.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
