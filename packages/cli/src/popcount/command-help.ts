/** The output of `nixery popcount --help`. */
export const commandHelp = `nixery popcount: count how many store paths use each package, for better layers

Usage
  nixery popcount CHANNEL [--cache URL]        a channel, such as nixos-unstable, or its URL
  nixery popcount --cache URL --paths LIST     any binary cache and a list of store paths
  nixery popcount --store auto                 the Nix store of this machine

Options
  --cache URL                 binary cache: http, https or file URL     https://cache.nixos.org
  --paths LIST                file or URL, one store path a line, plain or xz
  --store STORE               auto, or a store as in nix-store --store
  -o, --output FILE           file for the JSON map, - for standard output
                                                       popularity-CHANNEL-REVISION.json
                                                       or popularity.json
  --state FILE                results so far, to continue an interrupted count OUTPUT.state
  --restart                   discard the results so far
  --concurrency N             requests at a time                        32
  --attempts N                attempts of each request                  8
  --timeout SECONDS           time without data until an attempt fails  30
  --trusted-public-keys KEYS  require a signature by one: name:base64, as in Nix
  --skip-invalid              leave out paths with an invalid or unsigned narinfo file
  --min-users N               leave out names with fewer users          1
  -q, --quiet                 no progress
  -h, --help

Run the same command again to continue after an interruption. To use the map, set NIX_POPULARITY_URL
to its URL or path. Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
`;
