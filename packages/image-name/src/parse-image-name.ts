import { quote } from "@nixery/kit/quote";
import { wholeNumber } from "@nixery/kit/whole-number";
import { isNamePart, maxNameLength } from "./grammar.ts";
import { ImageNameError } from "./image-name-error.ts";
import type { ImageName, Platform } from "./image-name.ts";
import { assertMetaPackages, expandMetaPackage, type MetaPackages } from "./meta-packages.ts";
import { amd64, arm64 } from "./platform.ts";

export interface ParseImageNameOptions {
  /** @defaultValue `shell` and `arm64` alone */
  readonly metaPackages?: MetaPackages | undefined;
  /**
   * Packages that a name may list, at least 1. Duplicates count once; meta-packages and their lists
   * do not count.
   * @defaultValue 64
   */
  readonly maxPackages?: number | undefined;
}

/** Packages in every image: certificates, and the names of ports and protocols. */
const everyImagePackages: readonly string[] = ["cacert", "iana-etc"];

/**
 * Parses an image name such as `shell/git/htop`. Meta-packages come first, in any order; behind
 * the first ordinary package their names are package names like all others. The order and the
 * repetition of packages have no effect.
 *
 * @throws ImageNameError with the `part` that is invalid
 */
export function parseImageName(name: string, options: ParseImageNameOptions = {}): ImageName {
  const { metaPackages = {} } = options;
  assertMetaPackages(metaPackages);
  const maxPackages = wholeNumber(
    "maxPackages",
    options.maxPackages ?? 64,
    { min: 1 },
    (message) => new ImageNameError("ERR_IMAGE_NAME_INVALID_OPTION", { message }),
  );
  const parts = splitName(name);
  const front = takeMetaPackages(parts, metaPackages);
  const listed = new Set(parts.slice(front.length));
  assertCount(listed.size, maxPackages);
  const packages = [...new Set([...everyImagePackages, ...front.packages, ...listed])].toSorted();
  const platform = front.names.has("arm64") ? arm64 : amd64;
  const hasShell = front.names.has("shell");
  return { packages, platform, hasShell, canonical: canonicalName(packages, platform, hasShell) };
}

function splitName(name: string): readonly string[] {
  if (name.length > maxNameLength) {
    throw new ImageNameError("ERR_IMAGE_NAME_TOO_LONG", {
      message: `The image name has ${name.length} characters, but clients accept at most ${maxNameLength}. List fewer packages.`,
    });
  }
  const parts = name.split("/");
  const invalid = parts.find((part) => !isNamePart(part));
  if (invalid === undefined) {
    return parts;
  }
  throw new ImageNameError("ERR_IMAGE_NAME_PART", {
    part: invalid,
    message:
      invalid === ""
        ? `The image name ${quote(name)} has an empty part. Write one "/" between package names.`
        : `Invalid package name ${quote(invalid)} in the image name. Use lowercase letters and digits, with ".", "_", "__" or "-" between them.`,
  });
}

interface Front {
  /** How many parts of the name are meta-packages. */
  readonly length: number;
  readonly names: ReadonlySet<string>;
  readonly packages: readonly string[];
}

function takeMetaPackages(parts: readonly string[], metaPackages: MetaPackages): Front {
  const names = new Set<string>();
  const packages: string[] = [];
  let length = 0;
  for (const part of parts) {
    const expansion = expandMetaPackage(part, metaPackages);
    if (expansion === undefined) {
      break;
    }
    names.add(part);
    packages.push(...expansion);
    length += 1;
  }
  return { length, names, packages };
}

function assertCount(count: number, maxPackages: number): void {
  if (count <= maxPackages) {
    return;
  }
  throw new ImageNameError("ERR_IMAGE_NAME_TOO_MANY_PACKAGES", {
    message: `The image name lists ${count} packages, but this registry allows at most ${maxPackages}. List fewer.`,
  });
}

/** Package names have no `:` or `/`, so different images have different canonical names. */
function canonicalName(packages: readonly string[], platform: Platform, hasShell: boolean): string {
  return `${platform.system}${hasShell ? "+shell" : ""}:${packages.join("/")}`;
}
