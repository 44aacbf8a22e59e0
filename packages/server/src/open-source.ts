import { resolve } from "node:path";
import { createChannelSource, createGitSource, createPathSource } from "@nixery/nix";
import type { PackageSource } from "@nixery/nix";
import type { SourceConfig } from "./config.ts";

/** The configured package set. */
export function openSource(config: SourceConfig, nixTimeout: number): PackageSource {
  switch (config.kind) {
    case "channel":
      return createChannelSource({ channel: config.channel, timeout: nixTimeout });
    case "git":
      return createGitSource({ url: config.url, timeout: nixTimeout });
    case "path":
      return createPathSource({
        path: resolve(config.path),
        revision: config.revision,
        timeout: nixTimeout,
      });
  }
}
