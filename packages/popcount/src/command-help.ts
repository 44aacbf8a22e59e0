/** What `nixery popcount --help` prints. */
export const commandHelp = `nixery popcount: count how many store paths use each package, for better layers

Usage
  nixery popcount CHANNEL [--cache URL]        a channel, such as nixos-unstable, or its URL
  nixery popcount --cache URL --paths LIST     any binary cache and a list of store paths
  nixery popcount --store auto                 the Nix store of this machine

Options
  --cache URL                 binary cache: http, https or file URL     https://cache.nixos.org
  --paths LIST                file or URL, one store path a line, plain or xz
  --store STORE               auto, or what nix-store --store takes
  -o, --output FILE           where the JSON map goes, - for standard output
                                                       popularity-CHANNEL-REVISION.json
                                                       or popularity.json
  --state FILE                results so far, to go on after an interruption   OUTPUT.state
  --restart                   forget the results so far
  --concurrency N             requests at a time                        32
  --attempts N                how often a request is tried              8
  --timeout SECONDS           silence after which an attempt has failed 30
  --trusted-public-keys KEYS  check signatures: name:base64, as Nix writes them
  --skip-invalid              leave out paths whose narinfo file is malformed or not signed
  --min-users N               leave out names with fewer users          1
  -q, --quiet                 no progress
  -h, --help

Interrupted, the same command goes on where it was. Serve the file, or copy it, and set
NIX_POPULARITY_URL to its URL or name. Exit status: 0 done, 1 failed, 2 wrong use, 130 interrupted.
`;
