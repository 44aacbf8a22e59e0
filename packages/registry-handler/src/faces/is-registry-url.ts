/** `/v2` at the root; proxies may send the absolute form (RFC 9112, 3.2.2). */
const registryPattern = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]*)?\/v2(?:[/?#]|$)/;

/**
 * Whether a request target belongs to the registry, and not to another page of the server. Faces
 * have to know before they call the handler, which also returns `undefined` for all other targets.
 */
export function isRegistryUrl(url: string | undefined): boolean {
  return url !== undefined && registryPattern.test(url);
}
