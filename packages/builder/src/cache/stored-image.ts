import { isRecord } from "@nixery/kit/is-record";
import { type Descriptor, isDigest } from "@nixery/manifest";

/** Everything that a manifest of an image is encoded from. Its media types are those of OCI. */
export interface StoredImage {
  readonly config: Descriptor;
  /** In the order of the manifest. */
  readonly layers: readonly Descriptor[];
  /** @defaultValue none */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** `value` as an image; `undefined` when it is not one. Checks every field. */
export function parseStoredImage(value: unknown): StoredImage | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { config, layers, annotations } = value;
  if (!isDescriptor(config) || !isDescriptors(layers) || !isAnnotations(annotations)) {
    return undefined;
  }
  return { config, layers, annotations };
}

export function isDescriptor(value: unknown): value is Descriptor {
  return (
    isRecord(value) &&
    typeof value["mediaType"] === "string" &&
    isDigest(value["digest"]) &&
    Number.isSafeInteger(value["size"]) &&
    Number(value["size"]) > 0
  );
}

function isDescriptors(value: unknown): value is readonly Descriptor[] {
  return Array.isArray(value) && value.every((item: unknown) => isDescriptor(item));
}

function isAnnotations(value: unknown): value is StoredImage["annotations"] {
  return (
    value === undefined ||
    (isRecord(value) && Object.values(value).every((text) => typeof text === "string"))
  );
}
