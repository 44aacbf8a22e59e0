import { dockerMediaTypes, type ManifestFormat, ociMediaTypes } from "@nixery/manifest";

const ociTypes: ReadonlySet<string> = new Set([ociMediaTypes.manifest, ociMediaTypes.index]);
const dockerTypes: ReadonlySet<string> = new Set([
  dockerMediaTypes.manifest,
  dockerMediaTypes.index,
]);

/**
 * The family of media types for the response to a request with this `Accept` header: Docker's for
 * clients that list Docker's types and none of OCI's, and OCI's for all others.
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
