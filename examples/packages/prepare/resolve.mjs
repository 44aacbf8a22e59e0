import { PrepareError } from "./error.mjs";

/**
 * Turns one architecture's package index into packages of the set: every attribute and all that it
 * depends on, in the order of their names, without cycles.
 */
export function resolvePackages({ available, attributes, recipes, ignored }) {
  const debian = parseAvailable(available);
  const owners = new Map();
  const members = (name) => gatherMembers(name, recipes[name]?.with ?? [], debian);
  for (const name of Object.keys(recipes)) {
    for (const member of members(name)) owners.set(member, name);
  }
  const packages = {};
  const visit = (name) => {
    if (packages[name] !== undefined) return;
    const dependencies = new Set();
    packages[name] = { debs: members(name), dependencies };
    for (const wanted of wantedBy(name, packages[name].debs, { debian, recipes, ignored })) {
      const found = owners.get(wanted) ?? wanted;
      if (found !== name) dependencies.add(found);
    }
    for (const dependency of dependencies) visit(dependency);
  };
  for (const name of Object.values(attributes).toSorted()) visit(name);
  const acyclic = withoutBackEdges(packages);
  return Object.fromEntries(
    Object.keys(packages)
      .toSorted()
      .map((name) => [name, describe(name, packages[name], acyclic.get(name), debian)]),
  );
}

/** A package and what is unpacked together with it: those of its dependencies that match. */
function gatherMembers(name, patterns, debian) {
  const found = [name];
  for (const member of found) {
    for (const next of patterns.length > 0 ? debian.dependencies(member) : []) {
      const matches = patterns.some((pattern) => pattern.test(next));
      if (matches && !found.includes(next)) found.push(next);
    }
    // Essential packages, which nothing declares a dependency on, are matched by name.
    if (member === name) found.push(...debian.essential.filter((each) => patterns.some((pattern) => pattern.test(each)) && !found.includes(each)));
  }
  return found;
}

function wantedBy(name, debs, { debian, recipes, ignored }) {
  const declared = recipes[name]?.replaceDependencies
    ? []
    : debs.flatMap((deb) => debian.dependencies(deb));
  const extra = [
    ...(recipes[name]?.dependencies ?? []),
    ...Object.values(recipes[name]?.links ?? {}).flatMap((target) => /@([a-z][^@]+)@/.exec(target)?.[1] ?? []),
  ].filter((each) => each !== "out" && each !== "version");
  return [...declared.filter((each) => !ignored.some((pattern) => pattern.test(each))), ...extra];
}
