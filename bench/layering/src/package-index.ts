import { execFileSync } from "node:child_process";

/** The packages of a distribution as if each were a store path. */
export interface PackageIndex {
  readonly names: readonly string[];
  /** Bytes. */
  readonly sizes: readonly number[];
  /** Without cycles, as a store has none. */
  readonly references: readonly (readonly number[])[];
  /** Direct users and one, as in the data of Nixery. */
  readonly popularity: readonly number[];
  /** Every package after its references. */
  readonly order: readonly number[];
}

/** Reads the index of the Debian packages that this machine knows, whether installed or not. */
export function readPackageIndex(): PackageIndex {
  const output = execFileSync("apt-cache", ["dumpavail"], { maxBuffer: 2 ** 30 }).toString();
  const packages = new Map<string, ReadonlyMap<string, string>>();
  for (const paragraph of output.split("\n\n")) {
    const fields = new Map(
      paragraph.split("\n").flatMap((line) => {
        const [, field, value] = /^([A-Za-z-]+): (.*)$/.exec(line) ?? [];
        return field === undefined ? [] : [[field, value!] as const];
      }),
    );
    const name = fields.get("Package");
    // The first of several versions is the newest.
    if (name !== undefined && !packages.has(name)) {
      packages.set(name, fields);
    }
  }

  const numbers = new Map([...packages.keys()].map((name, index) => [name, index]));
  const all = [...packages.values()];
  const { references, order } = withoutCycles(all.map((fields) => dependencies(fields, numbers)));
  const popularity = all.map(() => 1);
  for (const targets of references) {
    for (const target of targets) {
      popularity[target]! += 1;
    }
  }
  return {
    names: all.map((fields) =>
      `${fields.get("Package")!}-${fields.get("Version")!}`.replaceAll(/[^A-Za-z0-9.-]/g, "."),
    ),
    sizes: all.map((fields) => 1024 * Number(fields.get("Installed-Size") ?? 1)),
    references,
    popularity,
    order,
  };
}

/** The dependencies by number; of alternatives the first that exists. */
function dependencies(
  fields: ReadonlyMap<string, string>,
  numbers: ReadonlyMap<string, number>,
): number[] {
  const depends = [fields.get("Pre-Depends"), fields.get("Depends")].filter(
    (field) => field !== undefined,
  );
  const targets = depends
    .join(",")
    .split(",")
    .flatMap((wanted) => {
      const found = wanted
        .split("|")
        .map((one) => numbers.get(one.trim().replace(/[\s:([].*$/, "")))
        .find((target) => target !== undefined);
      return found === undefined ? [] : [found];
    });
  return [...new Set(targets)];
}

/** Leaves out references that would close a cycle. */
function withoutCycles(rows: readonly (readonly number[])[]): {
  readonly references: number[][];
  readonly order: number[];
} {
  const references: number[][] = rows.map(() => []);
  const order: number[] = [];
  const state = new Uint8Array(rows.length); // 1: on the way to it, 2: done
  const next = new Uint32Array(rows.length);
  for (const start of rows.keys()) {
    if (state[start] !== 0) {
      continue;
    }
    const way = [start];
    state[start] = 1;
    for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
      const target = rows[at]![next[at]!++];
      if (target === undefined) {
        state[at] = 2;
        order.push(at);
        way.pop();
      } else if (state[target] !== 1) {
        references[at]!.push(target);
        if (state[target] === 0) {
          state[target] = 1;
          way.push(target);
        }
      }
    }
  }
  return { references, order };
}
