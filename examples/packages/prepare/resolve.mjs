import { byName } from "./by-name.mjs";
import { readDebianIndex } from "./debian-index.mjs";

/**
 * The packages of the set for one architecture, from its package index: those with an attribute and
 * their dependencies, ordered by name, without cycles.
 */
export function resolvePackages({ available, attributes, recipes, ignored }) {
  const debian = readDebianIndex(available);
  const members = new Map();
  const owners = new Map();
  for (const [name, recipe] of Object.entries(recipes)) {
    members.set(name, gatherMembers(name, recipe.with ?? [], debian));
    for (const member of members.get(name)) {
      owners.set(member, name);
    }
  }

  const packages = new Map();
  const visit = (name) => {
    if (packages.has(name)) {
      return;
    }
    const debs = members.get(name) ?? [name];
    const recipe = recipes[name] ?? {};
    const declared = recipe.dependencies ?? debs.flatMap((deb) => debian.dependencies(deb));
    const wanted = [
      ...declared.filter((each) => !ignored.some((pattern) => pattern.test(each))),
      ...mentioned(recipe),
    ];
    const dependencies = new Set(wanted.map((each) => owners.get(each) ?? each));
    dependencies.delete(name);
    packages.set(name, { debs, dependencies: [...dependencies].toSorted(byName) });
    for (const dependency of packages.get(name).dependencies) {
      visit(dependency);
    }
  };
  const roots = [...new Set(Object.values(attributes))].toSorted(byName);
  for (const root of [...implicit, ...roots]) {
    visit(root);
  }

  removeBackEdges(packages, [...implicit, ...roots]);
  return [...packages]
    .toSorted(([a], [b]) => byName(a, b))
    .map(([name, { debs, dependencies }]) => ({
      name,
      version: storeVersion(debian.field(name, "Version")),
      description: debian.field(name, "Description"),
      dependencies,
      debs: debs.map((deb) => ({
        package: deb,
        version: debian.field(deb, "Version"),
        architecture: debian.field(deb, "Architecture"),
        file: debian.field(deb, "Filename").split("/").at(-1),
        size: Number(debian.field(deb, "Size")),
        sha256: debian.field(deb, "SHA256"),
      })),
    }));
}

/** Interpreters of scripts, to which every package can refer. */
const implicit = ["bash"];

/** A package and those that are unpacked with it, by exact name or by pattern along its dependencies. */
function gatherMembers(name, wanted, debian) {
  const patterns = wanted.filter((each) => typeof each !== "string");
  const found = new Set([name, ...wanted.filter((each) => typeof each === "string")]);
  for (const member of found) {
    if (patterns.length === 0) {
      break;
    }
    for (const next of debian.dependencies(member)) {
      if (patterns.some((pattern) => pattern.test(next))) {
        found.add(next);
      }
    }
  }
  return [...found];
}

/** The dependencies in the values of a recipe, as in `@libtinfo6@/lib/terminfo`. */
function mentioned(recipe) {
  const values = JSON.stringify([recipe.links, recipe.environment, recipe.searchPath]);
  return [...values.matchAll(/@([a-z0-9.+-]+)@/g)]
    .map(([, name]) => name)
    .filter((name) => name !== "out" && name !== "version");
}

/**
 * Removes cycles, which store paths cannot have: the edge that closes one on a walk in the order of
 * names.
 */
function removeBackEdges(packages, roots) {
  const state = new Map();
  const walk = (name) => {
    state.set(name, "open");
    const node = packages.get(name);
    node.dependencies = node.dependencies.filter((next) => {
      if (!state.has(next)) {
        walk(next);
      }
      return state.get(next) === "closed";
    });
    state.set(name, "closed");
  };
  for (const root of roots) {
    if (!state.has(root)) {
      walk(root);
    }
  }
}

/** The upstream part of a Debian version, in characters that are valid in a store path. */
function storeVersion(version) {
  return version
    .replace(/^\d+:/, "")
    .replace(/-[^-]*$/, "")
    .replace(/[^\w.+?=-]/g, "-");
}
