import type { Command, CommandOption } from "../command.ts";
import { countOptions } from "../popcount/count-options.ts";

const options: readonly CommandOption[] = [
  {
    name: "cache",
    value: "URL",
    summary: "binary cache: http, https or file URL; required with --paths",
    default: "https://cache.nixos.org for a channel",
  },
  { name: "paths", value: "LIST", summary: "file or URL, one store path a line, plain or xz" },
  { name: "store", value: "STORE", summary: "auto, or a store as in nix-store --store" },
  {
    name: "output",
    short: "o",
    value: "FILE",
    summary: "file for the JSON map, - for standard output",
    default: "popularity-CHANNEL-REVISION.json or popularity.json",
  },
  {
    name: "state",
    value: "FILE",
    summary: "results so far, to continue after an interruption",
    default: "OUTPUT.state",
  },
  { name: "restart", summary: "discard the results so far" },
  { name: "concurrency", value: "N", summary: "requests at a time", default: "32" },
  { name: "attempts", value: "N", summary: "attempts of each request", default: "8" },
  {
    name: "timeout",
    value: "SECONDS",
    summary: "time without data until an attempt fails",
    default: "30",
  },
  {
    name: "trusted-public-keys",
    value: "KEYS",
    isRepeatable: true,
    summary: "check signatures: name:base64, as Nix writes them",
  },
  {
    name: "skip-invalid",
    summary: "leave out paths with an invalid or unsigned narinfo file",
  },
  { name: "min-users", value: "N", summary: "leave out names with fewer users", default: "1" },
  { name: "quiet", short: "q", summary: "show no progress" },
];

/** Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export const popcount: Command = {
  name: "popcount",
  summary: "count how many packages use each store path, for better layers",
  argument: {
    name: "CHANNEL",
    summary: "a channel: its name, such as nixos-unstable, its URL or its directory",
    isRequired: false,
  },
  options,
  notes: `Examples:
  nixery popcount nixos-unstable              all packages of a channel
  nixery popcount --cache URL --paths LIST    a binary cache and a list of store paths
  nixery popcount --store auto                the Nix store of this machine

After an interruption, run the same command again to continue. To serve images with the map, set
NIX_POPULARITY_URL to its URL or file name.`,

  async run(input, context) {
    const { runPopcount } = await import("../popcount/run-popcount.ts");
    return await runPopcount(countOptions(input), context);
  },
};
