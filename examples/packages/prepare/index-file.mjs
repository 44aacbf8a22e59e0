/** The index that default.nix reads: everything about the packages but their files. */
export function describeSet({ resolved, attributes, recipes }) {
  const systems = {};
  for (const [system, packages] of Object.entries(resolved)) {
    systems[system] = {
      attributes,
      packages: Object.fromEntries(
        packages.map((each) => [
          each.name,
          describePackage(each, { attributes, recipe: recipes[each.name] ?? {} }),
        ]),
      ),
    };
  }
  return systems;
}

function describePackage(
  { name, version, description, dependencies, debs },
  { attributes, recipe },
) {
  const attribute = Object.keys(attributes).find(
    (key) => attributes[key] === name && /^[\w-]+$/.test(key) && !key.startsWith("_"),
  );
  return {
    name: recipe.name ?? attribute ?? name,
    version,
    description,
    dependencies,
    debs: debs.map(({ file, sha256 }) => ({ file, sha256 })),
    recipe: {
      links: Object.entries(recipe.links ?? {}).map(([path, target]) => `${path} ${target}`),
      defaults: lines(recipe.environment),
      searchPaths: lines(recipe.searchPath),
      atImageRoot: recipe.atImageRoot ?? [],
      finish: recipe.finish ?? "",
      keepElf: recipe.keepElf ?? false,
    },
  };
}

/** Variables of programs as lines of three words, for shell and perl. */
function lines(programs) {
  return Object.entries(programs ?? {}).flatMap(([program, values]) =>
    Object.entries(values).map(([variable, value]) => `${program} ${variable} ${value}`),
  );
}
