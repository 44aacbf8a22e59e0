import { createServer } from "node:http";
import { createNix, createPathSource } from "@nixery/nix";
import {
  createNixery,
  type Nixery,
  type NixeryEvent,
  type NixeryOptions,
  type PackageSource,
} from "@nixery/nixery";
import { createNodeListener } from "@nixery/nixery/node";
import { bundledPackages } from "./bundled-packages.ts";

export interface EmbeddedRegistry {
  readonly nixery: Nixery;
  readonly url: string;
  readonly port: number;
  /** All events so far. */
  readonly events: readonly NixeryEvent[];
  close(): Promise<void>;
}

/** Options of `createNixery`; the package source is the bundled package set by default. */
export type EmbeddedOptions = Partial<NixeryOptions> & Pick<NixeryOptions, "storage">;

/** The bundled package set, as `createNixery` takes it. */
export async function bundledSource(): Promise<PackageSource> {
  const { directory, revision } = await bundledPackages();
  const nix = createNix({
    sandbox: false,
    settings: { "build-users-group": "", "max-jobs": "auto" },
  });
  return createPathSource({ path: directory, revision, nix });
}

/** Starts a registry in this process. */
export async function embedRegistry(options: EmbeddedOptions): Promise<EmbeddedRegistry> {
  const events: NixeryEvent[] = [];
  const nixery = createNixery({
    ...options,
    packages: options.packages ?? (await bundledSource()),
    onEvent: (event) => events.push(event),
  });
  const server = createServer(createNodeListener(nixery.handler));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("The server has no port.");
  }
  return {
    nixery,
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    events,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await nixery.close();
    },
  };
}
