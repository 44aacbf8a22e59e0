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

/** A containerd of its own. */
export async function startContainerd(): Promise<Containerd> {
  const folder = await mkdtemp(join(tmpdir(), "nixery-containerd-"));
  const address = join(folder, "containerd.sock");
  const config = join(folder, "config.toml");
  await writeFile(config, `version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n`);
  const daemon = startService(peer("containerd"), [
    ...["--config", config, "--address", address],
    ...["--root", join(folder, "root"), "--state", join(folder, "state")],
  ]);
  await daemon.waitFor(/containerd successfully booted/);
  return {
    pull: (image, platform = "linux/amd64") =>
      runCommand("ctr", [
        ...["--address", address, "image", "pull", "--plain-http", "--platform", platform, image],
      ]),
    stop: async () => {
      await daemon.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
