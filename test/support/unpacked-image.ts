import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { peer } from "./peer.ts";

export interface UnpackedImage {
  /** Directory of the image's root file system. */
  readonly rootfs: string;
  /** Runs a command in it, with an emulator if one is given. */
  run(command: readonly string[], emulator?: string): Promise<string>;
  remove(): Promise<void>;
}

/** Copies an image with skopeo and unpacks it with umoci. */
export async function unpackImage(host: string, name: string): Promise<UnpackedImage> {
  const directory = await mkdtemp(join(tmpdir(), "nixery-image-"));
  const layout = join(directory, "layout");
  const bundle = join(directory, "bundle");
  const platform = name.startsWith("arm64/") ? ["--override-arch", "arm64"] : [];
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    await runCommand(peer("skopeo"), [
      ...platform,
      ...["copy", "--src-tls-verify=false", `docker://${host}/${name}`, `oci:${layout}:image`],
    ]);
    await runCommand(peer("umoci"), ["unpack", "--image", `${layout}:image`, bundle]);
  } catch (error) {
    await remove();
    throw error;
  }
  const rootfs = join(bundle, "rootfs");
  return {
    rootfs,
    run: async (command, emulator) => {
      if (emulator === undefined) {
        return runCommand(peer("chroot"), [rootfs, ...command], { env: { PATH: "/bin" } });
      }
      await copyFile(peer(emulator), join(rootfs, emulator));
      return runCommand(peer("chroot"), [rootfs, `/${emulator}`, ...command], {
        env: { PATH: "/bin" },
      });
    },
    remove,
  };
}
