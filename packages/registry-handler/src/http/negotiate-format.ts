import type { ManifestFormat } from "./image-source.ts";

const ociTypes = new Set([
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
]);
const dockerTypes = new Set([
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
]);

/**
 * The family of media types to answer a request with this `Accept` header in: Docker's for clients
 * that name Docker's types and none of OCI's, and OCI's for all others.
 */
export function negotiateFormat(accept: string | undefined): ManifestFormat {
  const types = (accept ?? "").toLowerCase().split(",").map(acceptedType);
  const isDocker =
    types.some((type) => dockerTypes.has(type)) && !types.some((type) => ociTypes.has(type));
  return isDocker ? "docker" : "oci";
}

/** The media type of one element of `Accept`; empty when its weight is 0 (RFC 9110, 12.4.2). */
function acceptedType(element: string): string {
  const [type = "", ...parameters] = element.split(";").map((text) => text.trim());
  return parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter)) ? "" : type;
}
