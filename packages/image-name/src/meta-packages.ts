import { quote } from "@nixery/kit/quote";
import { attributePattern, namePartPattern } from "./grammar.ts";
import { ImageNameError } from "./image-name-error.ts";

/**
 * Names that stand for lists of packages. Lists hold attribute names and are not expanded again.
 * `shell` may be listed to choose what a shell is made of; the image still starts `bash`.
 */
export type MetaPackages = Readonly<Record<string, readonly string[]>>;

/** What the meta-package `shell` stands for, as in Nixery. */
export const shellPackages: readonly string[] = Object.freeze([
  "bashInteractive",
  "coreutils",
  "moreutils",
  "nano",
]);

/** Packages that are in every image: certificates and the names of ports and protocols. */
export const everyImagePackages: readonly string[] = Object.freeze(["cacert", "iana-etc"]);

/**
 * Checks an embedder's meta-packages, so that a mistake shows at start and not at a pull.
 *
 * @throws ImageNameError `ERR_IMAGE_NAME_META_PACKAGE` when a name could not be written in an
 * image name, redefines `arm64`, or lists something that is not an attribute name
 */
export function assertMetaPackages(metaPackages: MetaPackages): void {
  for (const [name, packages] of Object.entries(metaPackages)) {
    if (!namePartPattern.test(name)) {
      throw wrong(name, "cannot be written in an image name; use lowercase letters and digits");
    }
    if (name === "arm64") {
      throw wrong(name, "is a platform; choose another name");
    }
    const bad = packages.find((attribute) => !attributePattern.test(attribute));
    if (bad !== undefined) {
      throw wrong(name, `lists ${quote(bad)}, which is not an attribute name; correct the list`);
    }
  }
}

/** The packages that `name` stands for, or `undefined` when it is not a meta-package. */
export function expandMetaPackage(
  name: string,
  metaPackages: MetaPackages,
): readonly string[] | undefined {
  if (Object.hasOwn(metaPackages, name)) {
    return metaPackages[name];
  }
  if (name === "shell") {
    return shellPackages;
  }
  return name === "arm64" ? [] : undefined;
}

function wrong(name: string, what: string): ImageNameError {
  return new ImageNameError("ERR_IMAGE_NAME_META_PACKAGE", {
    part: name,
    message: `The meta-package ${quote(name)} ${what}.`,
  });
}
