import { createServer } from "node:http";
import { createNix, createPathSource } from "@nixery/nix";
import { createNixery, type Nixery, type NixeryEvent } from "@nixery/nixery";
import { createNodeListener } from "@nixery/nixery/node";
import type { Storage } from "@nixery/storage";
import { bundledPackages } from "./bundled-packages.ts";

export interface EmbeddedRegistry {
  readonly nixery: Nixery;
  readonly url: string;
  readonly port: number;
  /** All that it has told so far. */
  readonly events: readonly NixeryEvent[];
  close(): Promise<void>;
}

/** A registry in this process, over any storage, with the bundled package set. */
export async function embedRegistry(storage: Storage): Promise<EmbeddedRegistry> {
  const { directory, revision } = await bundledPackages();
  const nix = createNix({
    sandbox: false,
    settings: { "build-users-group": "", "max-jobs": "auto" },
  });
  const events: NixeryEvent[] = [];
  const nixery = createNixery({
    storage,
    packages: createPathSource({ path: directory, revision, nix }),
    onEvent: (event) => events.push(event),
  });
  const server = createServer(createNodeListener(nixery.handler));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("the server has no port");
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
