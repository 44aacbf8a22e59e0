import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverEnvironment } from "../../examples/packages/server-environment.mjs";
import { bundledPackages } from "./bundled-packages.ts";
import { startService, type Service } from "./process.ts";
import { inRepository } from "./repository.ts";

export interface Registry {
  readonly service: Service;
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Such as `127.0.0.1:40123`. */
  readonly host: string;
  readonly port: number;
  /** Directory of the filesystem backend. */
  readonly storage: string;
  /** Stops the server and removes its storage. */
  stop(): Promise<void>;
}

export interface RegistryOptions {
  /** @defaultValue a new directory */
  readonly storage?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /**
   * A command that runs the command in its last arguments.
   * @defaultValue none
   */
  readonly wrapper?: readonly string[] | undefined;
}

/** Starts `nixery serve` with the bundled package set on a free port. */
export async function startRegistry(options: RegistryOptions = {}): Promise<Registry> {
  const packages = await bundledPackages();
  const storage = options.storage ?? (await mkdtemp(join(tmpdir(), "nixery-storage-")));
  const main = inRepository("packages/cli/src/main.ts");
  const { wrapper = [] } = options;
  const node = [process.execPath, "--conditions=@nixery/source", main, "serve"];
  const [program = "", ...args] = [...wrapper, ...node];
  const service = startService(program, args, {
    env: {
      PORT: "0",
      STORAGE_PATH: storage,
      // So that its home directory is removed with the storage.
      HOME: join(storage, "home"),
      ...serverEnvironment(packages),
      ...options.env,
    },
  });
  const [, url = ""] = await service.waitFor(/listening on (\S+)/);
  const { host, port } = new URL(url);
  return {
    service,
    url,
    host,
    port: Number(port),
    storage,
    stop: async () => {
      await service.stop();
      await rm(storage, { recursive: true, force: true });
    },
  };
}
