import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  assertMetaPackages,
  type ImageNameError,
  isImageNameError,
  type MetaPackages,
  parseImageName,
} from "@nixery/image-name";
import { amd64, arm64 } from "../src/platform.ts";

const shell = ["bashInteractive", "coreutils", "moreutils", "nano"];
const withEvery = (...packages: string[]): string[] =>
  ["cacert", "iana-etc", ...packages].toSorted();

function failure(run: () => unknown): ImageNameError {
  try {
    run();
  } catch (error) {
    if (isImageNameError(error)) {
      return error;
    }
    throw error;
  }
  throw new Error("It did not throw.");
}

describe("meta-packages", () => {
  test("shell has bash, coreutils, moreutils and nano", () => {
    expect(parseImageName("shell/git")).toEqual({
      packages: withEvery("git", ...shell),
      platform: amd64,
      hasShell: true,
      canonical: "x86_64-linux+shell:bashInteractive/cacert/coreutils/git/iana-etc/moreutils/nano",
    });
  });

  test("arm64 is a platform", () => {
    const image = parseImageName("arm64/hello");
    expect(image.platform).toEqual(arm64);
    expect(image.packages).toEqual(withEvery("hello"));
    expect(image.hasShell).toBe(false);
  });

  test("they need no package behind them", () => {
    expect(parseImageName("arm64").packages).toEqual(withEvery());
    expect(parseImageName("shell").packages).toEqual(withEvery(...shell));
  });

  test("they stand in front in any order", () => {
    expect(parseImageName("arm64/shell/git")).toEqual(parseImageName("shell/arm64/git"));
  });

  test("behind the first package they are ordinary names", () => {
    const image = parseImageName("git/shell/arm64");
    expect(image.packages).toEqual(withEvery("arm64", "git", "shell"));
    expect(image.platform).toEqual(amd64);
    expect(image.hasShell).toBe(false);
  });

  const metaPackages: MetaPackages = { devtools: ["git", "nodePackages.pnpm"] };

  test("an option adds some", () => {
    expect(parseImageName("devtools/shell/jq", { metaPackages }).packages).toEqual(
      withEvery("git", "jq", "nodePackages.pnpm", ...shell),
    );
    expect(parseImageName("jq/devtools", { metaPackages }).packages).toEqual(
      withEvery("devtools", "jq"),
    );
  });

  test("an option replaces the packages of shell", () => {
    const image = parseImageName("shell", { metaPackages: { shell: ["bash"] } });
    expect(image.packages).toEqual(withEvery("bash"));
    expect(image.hasShell).toBe(true);
  });

  test("their lists are not expanded again", () => {
    const image = parseImageName("all", { metaPackages: { all: ["shell", "arm64"] } });
    expect(image.packages).toEqual(withEvery("arm64", "shell"));
    expect(image.hasShell).toBe(false);
  });

  test("names of Object.prototype are not meta-packages", () => {
    expect(parseImageName("constructor").packages).toEqual(withEvery("constructor"));
  });

  test.each<[MetaPackages]>([
    [{ DevTools: ["git"] }],
    [{ "a/b": ["git"] }],
    [{ "": [] }],
    [{ arm64: ["git"] }],
    [{ devtools: ["git/htop"] }],
    [{ devtools: ["a:b"] }],
    [{ devtools: [""] }],
  ])("%j is invalid", (invalid) => {
    expect(failure(() => assertMetaPackages(invalid)).code).toBe("ERR_IMAGE_NAME_INVALID_OPTION");
    expect(failure(() => parseImageName("git", { metaPackages: invalid })).code).toBe(
      "ERR_IMAGE_NAME_INVALID_OPTION",
    );
  });
});

describe("grammar", () => {
  test.each([
    ["", ""],
    ["/git", ""],
    ["git/", ""],
    ["shell//git", ""],
    ["shell/Git", "Git"],
    ["shell/git..htop", "git..htop"],
    ["shell/git___htop", "git___htop"],
    ["-git", "-git"],
    ["git/htop.", "htop."],
    ["git/../htop", ".."],
    ["git/ht op", "ht op"],
    ["git/h\u00e9", "h\u00e9"],
    ["git\n", "git\n"],
    ["git:latest", "git:latest"],
  ])("%j names the part %j", (name, part) => {
    const error = failure(() => parseImageName(name));
    expect(error.code).toBe("ERR_IMAGE_NAME_PART");
    expect(error.part).toBe(part);
    expect(error.message).toContain(JSON.stringify(part === "" ? name : part));
  });

  test.each(["1password", "python3packages.requests", "a--b", "a_b", "a__b", "a.b-c_d", "0"])(
    "%s is a package",
    (name) => {
      expect(parseImageName(name).packages).toContain(name);
    },
  );

  test("255 characters are enough", () => {
    expect(parseImageName("a".repeat(255)).packages).toContain("a".repeat(255));
    expect(failure(() => parseImageName("a".repeat(256))).code).toBe("ERR_IMAGE_NAME_TOO_LONG");
  });

  test("the number of packages is limited", () => {
    expect(parseImageName("shell/a/b/b", { maxPackages: 2 }).packages).toContain("b");
    expect(failure(() => parseImageName("a/b/c", { maxPackages: 2 })).code).toBe(
      "ERR_IMAGE_NAME_TOO_MANY_PACKAGES",
    );
    const many = Array.from({ length: 65 }, (_, index) => `a${index}`).join("/");
    expect(failure(() => parseImageName(many)).code).toBe("ERR_IMAGE_NAME_TOO_MANY_PACKAGES");
  });

  test.each([0, -1, 1.5, Number.NaN])("a limit of %d packages is invalid", (maxPackages) => {
    expect(failure(() => parseImageName("git", { maxPackages })).code).toBe(
      "ERR_IMAGE_NAME_INVALID_OPTION",
    );
  });

  test("matching a hostile name takes linear time", () => {
    const start = performance.now();
    for (const unit of ["a-", "a", "-", "_", "a__", "a."]) {
      failure(() => parseImageName(`${unit.repeat(127)}!`.slice(-255)));
      failure(() => parseImageName(`${unit.repeat(1_000_000)}!`));
    }
    expect(performance.now() - start).toBeLessThan(500);
  });
});

function attempt(name: string): unknown {
  try {
    parseImageName(name);
    return "image";
  } catch (error) {
    return error;
  }
}

const part = fc.stringMatching(/^[a-z0-9]{1,6}(?:(?:\.|__?|-{1,3})[a-z0-9]{1,4}){0,2}$/);
const packageName = part.filter((name) => name !== "shell" && name !== "arm64");
const front = fc.array(fc.constantFrom("shell", "arm64"), { maxLength: 3 });

describe("properties", () => {
  test("order and repetition have no effect", () => {
    fc.assert(
      fc.property(
        fc.array(packageName, { minLength: 1, maxLength: 8 }),
        front,
        fc.func(fc.integer()),
        (packages, metas, weight) => {
          const shuffled = packages.toSorted((a, b) => weight(a) - weight(b));
          const one = parseImageName([...metas, ...packages].join("/"));
          const other = parseImageName([...metas.toReversed(), ...shuffled, packages[0]].join("/"));
          expect(other).toEqual(one);
        },
      ),
    );
  });

  test("canonical names are equal exactly when the images are", () => {
    const name = fc
      .tuple(front, fc.array(fc.constantFrom("a", "b", "a-b", "shell", "arm64"), { maxLength: 3 }))
      .map(([metas, packages]) => [...metas, ...packages].join("/"))
      .filter((text) => text !== "");
    fc.assert(
      fc.property(name, name, (left, right) => {
        const { canonical: one, ...a } = parseImageName(left);
        const { canonical: other, ...b } = parseImageName(right);
        expect(one === other).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 1000 },
    );
  });

  test("packages are sorted and unique, and include those of every image", () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        const { packages } = parseImageName(parts.join("/"));
        expect(packages).toEqual([...new Set(packages)].toSorted());
        expect(packages).toEqual(expect.arrayContaining(["cacert", "iana-etc"]));
      }),
    );
  });

  test("any string is an image or a typed error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const outcome = attempt(text);
        expect(outcome === "image" || isImageNameError(outcome)).toBe(true);
      }),
    );
  });
});
