# Packages that fail, and names that are hard to look up, in the ways that users of nixpkgs meet.
{ system, packages }:
let
  example = name: script: (derivation {
    inherit name system;
    pname = name;
    version = "1.0";
    allowSubstitutes = false;
    builder = "/bin/sh";
    args = [ "-c" script ];
    PATH = "/usr/local/bin:/usr/bin:/bin";
  }) // { name = "${name}-1.0"; pname = name; version = "1.0"; };

  # As in nixpkgs: the metadata can be read, and whatever needs the derivation is refused.
  refused = name: reason: flags:
    let
      message = ''
        Package ‘${name}-1.0’ in testing.nix:19 ${reason}, refusing to evaluate.
      '';
    in
    example name "exit 1" // {
      meta = { description = "A package that ${reason}"; available = false; } // flags;
      drvPath = throw message;
      outPath = throw message;
    };
in
{
  unfree-example = refused "unfree-example" "has an unfree license (‘unfree’)" {
    unfree = true;
    license = { free = false; shortName = "unfree"; fullName = "Unfree"; };
  };
  broken-example = refused "broken-example" "is marked as broken" { broken = true; };
  insecure-example = refused "insecure-example" "is marked as insecure" {
    insecure = true;
    knownVulnerabilities = [ "An example of a known vulnerability" ];
  };
  unsupported-example = refused "unsupported-example"
    "is not available on the requested hostPlatform: hostPlatform.system = \"${system}\", package.meta.platforms = [ \"x86_64-darwin\" ]"
    { unsupported = true; platforms = [ "x86_64-darwin" ]; };

  failing-example = example "failing-example" ''
    echo "configuring failing-example"
    echo "compiling main.c"
    echo "main.c:3:1: error: unknown type name 'nit'; did you mean 'int'?" >&2
    exit 1
  '' // { meta.description = "A package whose build fails after a few lines"; };

  slow-example = example "slow-example" ''
    echo "this build takes ten minutes"
    sleep 600
    mkdir $out
  '' // { meta.description = "A package whose build outlasts a time limit"; };

  # `tree` is found as it is written; `json` could be either of two.
  ambiguous = {
    inherit (packages) tree;
    Tree = packages.hello;
    JSON = packages.jq;
    Json = packages.libjson-perl;
  };
}
