import { quote } from "@nixery/kit/quote";
import { maxNameLength, namePartPattern } from "./grammar.ts";
import { ImageNameError } from "./image-name-error.ts";
import type { ImageName, Platform } from "./image-name.ts";
import {
  assertMetaPackages,
  everyImagePackages,
  expandMetaPackage,
  type MetaPackages,
} from "./meta-packages.ts";
import { amd64, arm64 } from "./platform.ts";

export interface ParseImageNameOptions {
  /** @defaultValue none beside `shell` and `arm64` */
  readonly metaPackages?: MetaPackages | undefined;
  /**
   * Most packages a name may list, duplicates counted once, meta-packages and what they stand for
   * not counted.
   * @defaultValue 64
   */
  readonly maxPackages?: number | undefined;
}

/**
 * Reads what an image name such as `shell/git/htop` asks for. Meta-packages stand in front, in any
 * order; behind the first ordinary package their names are package names like all others. The
 * order of packages and their repetition mean nothing.
 *
 * @throws ImageNameError that says which part is wrong
 */
export function parseImageName(name: string, options: ParseImageNameOptions = {}): ImageName {
  const { metaPackages = {}, maxPackages = 64 } = options;
  assertMetaPackages(metaPackages);
  const parts = splitName(name);
  const front = takeMetaPackages(parts, metaPackages);
  const listed = new Set(parts.slice(front.length));
  assertCount(listed.size, maxPackages);
  const packages = [...new Set([...everyImagePackages, ...front.packages, ...listed])].toSorted();
  const platform = front.names.has("arm64") ? arm64 : amd64;
  const shell = front.names.has("shell");
  return { packages, platform, shell, canonical: canonicalName(packages, platform, shell) };
}

function splitName(name: string): readonly string[] {
  if (name.length > maxNameLength) {
    throw new ImageNameError("ERR_IMAGE_NAME_TOO_LONG", {
      message: `The image name is ${name.length} characters long, more than the ${maxNameLength} that clients accept; list fewer packages.`,
    });
  }
  const parts = name.split("/");
  const bad = parts.find((part) => !namePartPattern.test(part));
  if (bad === undefined) {
    return parts;
  }
  throw new ImageNameError("ERR_IMAGE_NAME_PART", {
    part: bad,
    message:
      bad === ""
        ? `The image name ${quote(name)} has an empty part; write package names with one "/" between them.`
        : `The part ${quote(bad)} of the image name is not a package name; use lowercase letters and digits, with ".", "_", "__" or "-" between them.`,
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
    message: `The image name lists ${count} packages, and this registry takes at most ${maxPackages}; list fewer.`,
  });
}

/** `:` and `/` stand in no package name, so different images have different canonical names. */
function canonicalName(packages: readonly string[], platform: Platform, shell: boolean): string {
  return `${platform.system}${shell ? "+shell" : ""}:${packages.join("/")}`;
}
