import { resolve } from "node:path";
import {
  createChannelSource,
  createGitSource,
  createNix,
  createPathSource,
  type Nix,
  type NixOptions,
} from "@nixery/nix";
import type { PackageSource } from "@nixery/package-source";
import type { SourceConfig } from "../settings/read-config.ts";

/**
 * The configured package set.
 *
 * @throws PackageSourceError `ERR_PACKAGE_SOURCE_INVALID_OPTION`
 */
export function openSource(config: SourceConfig, nixOptions: NixOptions): PackageSource {
  return createSource(config, createNix(nixOptions));
}

function createSource(config: SourceConfig, nix: Nix): PackageSource {
  switch (config.kind) {
    case "channel":
      return createChannelSource({ channel: config.channel, nix });
    case "git":
      return createGitSource({ url: config.url, nix });
    case "path":
      return createPathSource({ path: resolve(config.path), revision: config.revision, nix });
  }
}
