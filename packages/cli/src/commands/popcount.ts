import type { Command, CommandOption } from "../command.ts";
import { countOptions } from "../popcount/count-options.ts";

const options: readonly CommandOption[] = [
  {
    name: "cache",
    value: "URL",
    summary: "binary cache: http, https or file URL",
    default: "https://cache.nixos.org",
  },
  { name: "paths", value: "LIST", summary: "file or URL, one store path a line, plain or xz" },
  { name: "store", value: "STORE", summary: "auto, or what nix-store --store takes" },
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
  { name: "restart", summary: "ignore the results so far" },
  { name: "concurrency", value: "N", summary: "requests at a time", default: "32" },
  { name: "attempts", value: "N", summary: "times that a request is tried", default: "8" },
  {
    name: "timeout",
    value: "SECONDS",
    summary: "silence after which an attempt has failed",
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
    summary: "leave out paths whose narinfo file is malformed or not signed",
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
    summary: "a channel, such as nixos-unstable, or its URL",
    isRequired: false,
  },
  options,
  notes: `Examples:
  nixery popcount nixos-unstable              all packages of a channel
  nixery popcount --cache URL --paths LIST    a binary cache and a list of store paths
  nixery popcount --store auto                the Nix store of this machine

Interrupted, the same command continues where it was. Serve the file, or copy it, and set
NIX_POPULARITY_URL to its URL or name.`,

  async run(input, context) {
    const { runPopcount } = await import("../popcount/run-popcount.ts");
    return await runPopcount(countOptions(input), context);
  },
};
