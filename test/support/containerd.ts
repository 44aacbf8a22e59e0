import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { peer } from "./peer.ts";
import { startService } from "./process.ts";

export interface Containerd {
  pull(image: string, platform?: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a separate containerd with its own images. */
export async function startContainerd(): Promise<Containerd> {
  const directory = await mkdtemp(join(tmpdir(), "nixery-containerd-"));
  const address = join(directory, "containerd.sock");
  const config = join(directory, "config.toml");
  await writeFile(config, `version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n`);
  const daemon = startService(peer("containerd"), [
    ...["--config", config, "--address", address],
    ...["--root", join(directory, "root"), "--state", join(directory, "state")],
  ]);
  await daemon.waitFor(/containerd successfully booted/);
  return {
    pull: (image, platform = "linux/amd64") =>
      runCommand("ctr", [
        ...["--address", address, "image", "pull", "--plain-http", "--platform", platform, image],
      ]),
    stop: async () => {
      await daemon.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
