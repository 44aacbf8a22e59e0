import { quote } from "@nixery/kit/quote";
import { isAttributePath, isNamePart } from "./grammar.ts";
import { ImageNameError } from "./image-name-error.ts";

/**
 * Names for lists of packages. Lists have attribute names and are not expanded again.
 * An entry for `shell` replaces the packages of a shell; the image still starts `bash`.
 */
export type MetaPackages = Readonly<Record<string, readonly string[]>>;

/** The packages of the meta-package `shell`, as in Nixery. */
const shellPackages: readonly string[] = ["bashInteractive", "coreutils", "moreutils", "nano"];

/**
 * Checks meta-packages, so that a mistake shows at the start and not at a pull.
 *
 * @throws ImageNameError `ERR_IMAGE_NAME_INVALID_OPTION` when a name is invalid in an image name,
 * redefines `arm64`, or lists something that is not an attribute name
 */
export function assertMetaPackages(metaPackages: MetaPackages): void {
  for (const [name, packages] of Object.entries(metaPackages)) {
    if (!isNamePart(name)) {
      throw new ImageNameError("ERR_IMAGE_NAME_INVALID_OPTION", {
        part: name,
        message: `Invalid name of a meta-package ${quote(name)}. Use lowercase letters and digits.`,
      });
    }
    if (name === "arm64") {
      throw new ImageNameError("ERR_IMAGE_NAME_INVALID_OPTION", {
        part: name,
        message: `The meta-package "arm64" is a platform. Choose another name.`,
      });
    }
    const invalid = packages.find((attribute) => !isAttributePath(attribute));
    if (invalid !== undefined) {
      throw new ImageNameError("ERR_IMAGE_NAME_INVALID_OPTION", {
        part: name,
        message: `The meta-package ${quote(name)} lists ${quote(invalid)}, which is not an attribute name. Correct the list.`,
      });
    }
  }
}

/** The packages of the meta-package `name`, or `undefined` when it is not a meta-package. */
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
