import { resolve } from "node:path";
import {
  createChannelSource,
  createGitSource,
  createNix,
  createPathSource,
  type Nix,
  type NixOptions,
  type PackageSource,
} from "@nixery/nix";
import { ConfigError } from "./config-error.ts";
import type { SourceConfig } from "./config.ts";

/**
 * The configured package set.
 *
 * @throws ConfigError for what cannot be a channel or a git URL.
 */
export function openSource(config: SourceConfig, nixOptions: NixOptions): PackageSource {
  try {
    return createSource(config, createNix(nixOptions));
  } catch (error) {
    throw error instanceof TypeError ? new ConfigError(error.message) : error;
  }
}

function createSource(config: SourceConfig, nix: Nix): PackageSource {
  switch (config.kind) {
    case "channel":
      return createChannelSource({ channel: config.channel, nix });
    case "git":
      return createGitSource({ url: config.url, nix });
    case "path":
      return createPathSource({
        path: resolve(config.path),
        revision: config.revision,
        nix,
      });
  }
}
