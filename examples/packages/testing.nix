# Packages that fail, and names that are hard to look up, as they occur in nixpkgs.
{ system, packages }:
let
  example = name: attributes: derivation ({
    name = "${name}-1.0";
    pname = name;
    version = "1.0";
    system = builtins.currentSystem;
    allowSubstitutes = false;
    builder = "/bin/sh";
    PATH = "/usr/local/bin:/usr/bin:/bin";
  } // attributes);

  script = name: description: text:
    example name { args = [ "-eu" "-c" text ]; } // { meta = { inherit description; available = true; }; };

  # As in nixpkgs, the metadata can be read, and evaluating the derivation fails.
  refused = name: position: reason: hint: meta:
    let
      message = "Package ‘${name}-1.0’ in ${position.file}:${toString position.line} ${reason}, refusing to evaluate.\n\n${hint}";
    in
    example name { } // {
      meta = { description = "A package that nixpkgs refuses to evaluate"; available = false; } // meta;
      drvPath = throw message;
      outPath = throw message;
    };

  allow = kind: ''
    a) To temporarily allow ${kind} packages, you can use an environment variable
       for a single invocation of the nix tools.

         $ export NIXPKGS_ALLOW_${if kind == "unsupported" then "UNSUPPORTED_SYSTEM" else if kind == "broken" then "BROKEN" else "UNFREE"}=1
  '';
in
{
  unfree-example = refused "unfree-example" __curPos "has an unfree license (‘unfree’)" (allow "unfree") {
    unfree = true;
    license = { free = false; shortName = "unfree"; fullName = "Unfree"; };
  };

  broken-example = refused "broken-example" __curPos "is marked as broken" (allow "broken") {
    broken = true;
  };

  insecure-example = refused "insecure-example" __curPos "is marked as insecure" ''
    Known issues:
     - an example of a known vulnerability
  '' {
    insecure = true;
    knownVulnerabilities = [ "an example of a known vulnerability" ];
  };

  unsupported-example = refused "unsupported-example" __curPos
    "is not available on the requested hostPlatform:\n  hostPlatform.system = \"${system}\"\n  package.meta.platforms = [ \"x86_64-darwin\" ]\n"
    (allow "unsupported")
    { unsupported = true; platforms = [ "x86_64-darwin" ]; };

  failing-example = script "failing-example" "A package whose build fails after a few lines" ''
    echo "configuring failing-example"
    echo "compiling main.c"
    echo "main.c:3:1: error: unknown type name 'nit'; did you mean 'int'?" >&2
    exit 1
  '';

  slow-example = script "slow-example" "A package whose build outlasts a time limit" ''
    echo "this build takes ten minutes"
    sleep 600
    mkdir "$out"
  '';

  # The name means the first output; profiles get the outputs of outputsToInstall.
  outputs-example = example "outputs-example" {
    outputs = [ "bin" "out" "doc" ];
    args = [ "-eu" "-c" ''
      mkdir -p "$bin/bin" "$out/lib" "$doc/share/doc/outputs-example"
      echo "a library" > "$out/lib/outputs-example"
      ln -s "$out/lib/outputs-example" "$bin/bin/outputs-example"
      echo "a text" > "$doc/share/doc/outputs-example/README"
    '' ];
  } // {
    meta = {
      description = "A package with several outputs";
      available = true;
      outputsToInstall = [ "bin" "doc" ];
    };
  };

  # `tree` is an exact match; `json` matches two names.
  ambiguous = {
    inherit (packages) tree;
    Tree = packages.hello;
    JSON = packages.jq;
    Json = packages.libjson-perl;
  };
}
