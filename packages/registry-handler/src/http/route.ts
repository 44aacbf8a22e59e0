/** The endpoint that a URL below `/v2` names. Names, references and digests are not checked yet. */
export type Route =
  | { readonly kind: "base" }
  | ManifestRoute
  | BlobRoute
  | TagsRoute
  | ReferrersRoute
  /** The percent-encoding is invalid. */
  | { readonly kind: "malformed" }
  /** Not an endpoint for pulling. */
  | { readonly kind: "unknown" };

export interface ManifestRoute {
  readonly kind: "manifest";
  readonly name: string;
  /** A tag or a digest. */
  readonly reference: string;
}

export interface BlobRoute {
  readonly kind: "blob";
  readonly name: string;
  readonly digest: string;
}

export interface TagsRoute {
  readonly kind: "tags";
  readonly name: string;
  readonly query: URLSearchParams;
}

export interface ReferrersRoute {
  readonly kind: "referrers";
  readonly name: string;
  readonly digest: string;
  readonly query: URLSearchParams;
}

/** Path below `/v2`, and query. Proxies may send the absolute form (RFC 9112, 3.2.2). */
const targetPattern =
  /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]*)?\/v2(?:\/([^?#]*))?(?:\?([^#]*)|#|$)/;

/**
 * Reads a request target (distribution-spec, "Endpoints"); `undefined` when its path is not below
 * `/v2`. The path is read from its end, because a part of a name may be `manifests` or `blobs` too.
 */
export function parseRoute(url: string): Route | undefined {
  const target = targetPattern.exec(url);
  if (target === null) {
    return undefined;
  }
  const [, encoded = "", search = ""] = target;
  if (encoded === "") {
    return { kind: "base" };
  }
  const path = decodePath(encoded);
  if (path === undefined) {
    return { kind: "malformed" };
  }
  const segments = path.split("/");
  const last = segments.at(-1) ?? "";
  const name = segments.slice(0, -2).join("/");
  const endpoint: string = segments.at(-2) ?? "";
  switch (endpoint) {
    case "manifests":
      return { kind: "manifest", name, reference: last };
    case "blobs":
      return { kind: "blob", name, digest: last };
    case "referrers":
      return { kind: "referrers", name, digest: last, query: new URLSearchParams(search) };
    case "tags":
      return last === "list"
        ? { kind: "tags", name, query: new URLSearchParams(search) }
        : { kind: "unknown" };
    default:
      return { kind: "unknown" };
  }
}

function decodePath(path: string): string | undefined {
  if (!path.includes("%")) {
    return path;
  }
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
