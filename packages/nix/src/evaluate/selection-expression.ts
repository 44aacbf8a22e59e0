/**
 * The Nix expression that finds the requested packages in a package set. It uses builtins only, so
 * that any set works, and its one argument is a JSON string.
 *
 * It forces the requested packages only: it never walks a set, and lists the names of one only when
 * a name is missing as written.
 */
export const selectionExpression: string = String.raw`
{ request }:
let
  asked = builtins.fromJSON request;
  inherit (asked) system;

  # The package set. A function receives the system if it has an argument for it.
  imported = import (
    if asked.source ? tarball
    then builtins.fetchTarball { name = "source"; url = asked.source.tarball; }
    else asked.source.path
  );
  isFunction = builtins.isFunction imported;
  takes = builtins.functionArgs imported;
  # functionArgs is the same for "{ }:", "{ ... }:" and "args:", but the first accepts no arguments.
  contains = part: text: builtins.replaceStrings [ part ] [ "" ] text != text;
  isOpen = takes == { } && !contains "<attrspat>" (builtins.toXML imported);
  takesSystem = isFunction && (takes ? system || takes ? localSystem || isOpen);
  arguments = builtins.intersectAttrs takes asked.arguments // (
    if takes ? system || isOpen then { inherit system; }
    else if takes ? localSystem then { localSystem = { inherit system; }; }
    else { }
  );
  called = if isFunction then imported arguments else imported;
  packageSet =
    if builtins.isAttrs called then called
    else throw ("the package set is a " + builtins.typeOf called + ", not a set of packages");

  # Names.
  upperLetters = [ "A" "B" "C" "D" "E" "F" "G" "H" "I" "J" "K" "L" "M" "N" "O" "P" "Q" "R" "S" "T" "U" "V" "W" "X" "Y" "Z" ];
  lowerLetters = [ "a" "b" "c" "d" "e" "f" "g" "h" "i" "j" "k" "l" "m" "n" "o" "p" "q" "r" "s" "t" "u" "v" "w" "x" "y" "z" ];
  lower = builtins.replaceStrings upperLetters lowerLetters;
  split = text: builtins.filter builtins.isString (builtins.split "\\." text);
  join = builtins.concatStringsSep ".";
  startsWithDigit = text: builtins.match "[0-9].*" text != null;
  distance = a: b: if a > b then a - b else b - a;

  isPackage = value: builtins.isAttrs value && (value.type or null) == "derivation";

  # Attributes of "set" that "part" can mean: as written, after the underscore that Nix requires
  # before a digit, or in another case.
  candidates = set: part:
    let
      spellings = [ part ] ++ (if startsWithDigit part then [ ("_" + part) ] else [ ]);
      exact = builtins.filter (name: builtins.hasAttr name set) spellings;
      means = name: builtins.any
        (spelling: builtins.stringLength spelling == builtins.stringLength name
          && lower spelling == lower name)
        spellings;
    in
    if exact != [ ] then [ (builtins.head exact) ]
    else builtins.filter means (builtins.attrNames set);

  # Of several attributes, the packages, or on the way to one the sets.
  narrow = set: isLast: names:
    let
      judge = name:
        let tried = builtins.tryEval (
          let value = builtins.getAttr name set;
          in if isLast then isPackage value else builtins.isAttrs value
        ); in tried.success && tried.value;
      fitting = builtins.filter judge names;
    in
    if builtins.length names < 2 || fitting == [ ] then names else fitting;

  near = set: part: builtins.filter
    (name: distance (builtins.stringLength name) (builtins.stringLength part) <= 2
      && lower (builtins.substring 0 1 name) == lower (builtins.substring 0 1 part))
    (builtins.attrNames set);

  # Follows the parts of a dotted name from "set".
  walk = name: set: found: parts:
    let
      part = builtins.head parts;
      rest = builtins.tail parts;
      names = narrow set (rest == [ ]) (candidates set part);
      here = found ++ names;
      value = builtins.getAttr (builtins.head names) set;
      goesOn = builtins.tryEval (builtins.isAttrs value);
      ends = builtins.tryEval (isPackage value);
    in
    if names == [ ] then { missing = { inherit name; within = join found; near = near set part; }; }
    else if builtins.length names > 1 then {
      ambiguous = { inherit name; candidates = map (last: join (found ++ [ last ])) names; };
    }
    else if rest != [ ] && (!goesOn.success || goesOn.value) then walk name value here rest
    else if rest != [ ] then { missing = { inherit name; at = join here; is = builtins.typeOf value; }; }
    else if !ends.success || ends.value then { package = { inherit name value; attribute = join here; }; }
    else { missing = { inherit name; at = join here; is = builtins.typeOf value; }; };

  results = map (name: walk name packageSet [ ] (split name)) asked.packages;
  only = key: builtins.concatMap
    (result: if builtins.hasAttr key result then [ (builtins.getAttr key result) ] else [ ])
    results;

  missing = only "missing";
  ambiguous = only "ambiguous";

  # Packages that must not be built by their metadata, so that one error can name them all. Where
  # the reason is unclear they are evaluated, and the error of that has it.
  flags = [ "unfree" "broken" "insecure" "unsupported" ];
  holds = default: value:
    let tried = builtins.tryEval (builtins.deepSeq value value);
    in if tried.success then tried.value else default;
  texts = value: builtins.filter (text: builtins.isString text && text != "")
    (if builtins.isList value then value else [ value ]);
  licenceName = licence:
    if builtins.isAttrs licence then licence.shortName or (licence.fullName or "") else licence;
  details = meta: {
    unfree =
      let licence = meta.license or [ ];
      in texts (map licenceName (if builtins.isList licence then licence else [ licence ]));
    insecure = texts (meta.knownVulnerabilities or [ ]);
  };
  refusal = package:
    let
      meta = package.value.meta or { };
      set = flag: builtins.hasAttr flag meta && holds false (builtins.getAttr flag meta) == true;
      reasons =
        if !takesSystem && (package.value.system or system) != system then [ "unsupported" ]
        else if holds true (meta.available or true) then [ ]
        else builtins.filter set flags;
      reason = builtins.head reasons;
      detail = holds [ ] (if builtins.hasAttr reason (details meta) then builtins.getAttr reason (details meta) else [ ]);
    in
    if !(builtins.tryEval (isPackage package.value)).success
      || !(builtins.tryEval (builtins.isAttrs (package.value.meta or { }))).success
      || builtins.length reasons != 1
    then [ ]
    else [ { inherit (package) name; inherit reason detail; } ];
  refused =
    if missing != [ ] || ambiguous != [ ] then [ ]
    else builtins.concatMap refusal (only "package");

  # The outputs of a package that go into the image.
  documentation = [ "man" "doc" "info" "devdoc" "devman" ];
  outputsOf = value:
    let
      all = value.outputs or [ "out" ];
      default = value.outputName or (builtins.head all);
      wanted = builtins.filter
        (output: builtins.elem output all && !builtins.elem output documentation)
        (value.meta.outputsToInstall or [ default ]);
    in
    if value.outputSpecified or false then [ default ]
    else if wanted == [ ] then [ default ]
    else builtins.filter (output: output == default) wanted
      ++ builtins.filter (output: output != default) wanted;
  targets = value:
    if value ? drvPath
    then map (output: { derivation = value.drvPath; inherit output; }) (outputsOf value)
    else [ { path = builtins.toString value; } ];
  prepare = package: builtins.trace (asked.mark + package.name) {
    inherit (package) name attribute;
    targets = targets package.value;
  };
in
{
  inherit missing ambiguous refused;
  packages =
    if missing != [ ] || ambiguous != [ ] || refused != [ ] then [ ]
    else map prepare (only "package");
}
`;
