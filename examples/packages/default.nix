# A package set made of Debian packages: one derivation per package, with the attribute names of
# nixpkgs. It uses only this directory and Nix's builtins, and contains only packages. Store paths do
# not depend on the location of the directory.
{ system ? builtins.currentSystem }:
let
  index = builtins.fromJSON (builtins.readFile ./index.json);
  inherit (index.${system} or (throw "The bundled package set is made for ${
    builtins.concatStringsSep " and " (builtins.attrNames index)
  }, not for ${system}: ask for one of these.")) packages attributes;

  builder = builtins.path { path = ./builder; name = "debian-package-builder"; };

  # Reads only the files of requested packages: `path` has the hash, and does not read a file that is
  # already in the store.
  fetch = deb: builtins.path {
    path = ./debs + "/${deb.file}";
    name = builtins.replaceStrings [ "~" "%" ] [ "-" "-" ] deb.file;
    recursive = false;
    inherit (deb) sha256;
  };

  # All direct and indirect dependencies of a package, nearest first.
  closureOf = name: map (item: item.key) (builtins.genericClosure {
    startSet = map (key: { inherit key; }) packages.${name}.dependencies;
    operator = item: map (key: { inherit key; }) packages.${item.key}.dependencies;
  });

  # bash starts scripts, even if it is not a dependency of the package.
  shellFor = name:
    if name == "bash" || builtins.elem name (closureOf "bash") then "" else built.bash;

  build = name: package:
    let
      lines = builtins.concatStringsSep "\n";
      expand = builtins.replaceStrings
        ([ "@version@" ] ++ map (dependency: "@${dependency}@") package.dependencies)
        ([ package.version ] ++ map (dependency: "${built.${dependency}}") package.dependencies);
      derived = derivation {
        name = "${package.name}-${package.version}";
        pname = package.name;
        inherit (package) version;
        # Unpacking and patching run on the build machine, for packages of any platform.
        system = builtins.currentSystem;
        # No binary cache has these paths, and an unreachable one takes seconds.
        allowSubstitutes = false;
        builder = "/bin/sh";
        args = [ "-eu" "${builder}/build.sh" ];
        PATH = "/usr/local/bin:/usr/bin:/bin";
        tools = builder;
        debs = map fetch package.debs;
        dependencies = map (dependency: built.${dependency}) package.dependencies;
        shell = shellFor name;
        closure = map (dependency: built.${dependency}) (closureOf name);
        links = expand (lines package.recipe.links);
        defaults = expand (lines package.recipe.defaults);
        searchPaths = expand (lines package.recipe.searchPaths);
        atImageRoot = lines package.recipe.atImageRoot;
        inherit (package.recipe) finish keepElf;
      };
    in
    derived // { meta = { inherit (package) description; available = true; }; };

  built = builtins.mapAttrs build packages;

  # "perlPackages.JSON" is the attribute JSON of the set perlPackages.
  split = path: builtins.filter builtins.isString (builtins.split "\\." path);
  paths = builtins.attrNames attributes;
  setOf = path: let parts = split path; in if builtins.length parts == 2 then builtins.head parts else null;
  leaf = path: builtins.elemAt (split path) (builtins.length (split path) - 1);
  inSet = set: builtins.listToAttrs (map
    (path: { name = leaf path; value = built.${attributes.${path}}; })
    (builtins.filter (path: setOf path == set) paths));
  sets = builtins.listToAttrs (map
    (set: { name = set; value = inSet set; })
    (builtins.filter (set: set != null) (map setOf paths)));
in
inSet null // sets // { testing = import ./testing.nix { inherit system; packages = built; }; }
