import { byName } from "./by-name.mjs";
import { PrepareError } from "./error.mjs";

/**
 * A package index, parsed on demand: it has 60,000 stanzas, and the set needs 200.
 */
export function readDebianIndex(text) {
  const stanzas = new Map();
  const providers = new Map();
  for (const stanza of text.split("\n\n")) {
    const name = /^Package: (.*)/m.exec(stanza)?.[1];
    if (name === undefined || stanzas.has(name)) {
      continue;
    }
    stanzas.set(name, stanza);
    for (const provided of names(/^Provides: (.*)/m.exec(stanza)?.[1])) {
      providers.set(provided, [...(providers.get(provided) ?? []), name].toSorted(byName));
    }
  }
  const field = (name, key) => {
    const stanza = stanzas.get(name);
    if (stanza === undefined) {
      throw new PrepareError(
        `Debian has no package "${name}" for this release. Correct its name in packages.mjs.`,
      );
    }
    return new RegExp(`^${key}: (.*)`, "m").exec(stanza)?.[1];
  };
  const find = (name) => (stanzas.has(name) ? name : providers.get(name)?.[0]);

  return {
    field,
    /** The dependencies of a package; of alternatives, the first that exists. */
    dependencies: (name) =>
      [field(name, "Pre-Depends"), field(name, "Depends")]
        .flatMap((value) => value?.split(",") ?? [])
        .flatMap((choices) =>
          choices
            .split("|")
            .flatMap(names)
            .flatMap((each) => find(each) ?? [])
            .slice(0, 1),
        ),
  };
}

/** The package names in a list of relations, without versions and architectures. */
function names(relations) {
  return (relations ?? "")
    .split(",")
    .map((relation) => relation.trim().split(/[\s:(]/)[0])
    .filter((name) => name !== "");
}
