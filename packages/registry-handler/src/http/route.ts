/** What a path below `/v2` asks for. Names, references and digests are not yet checked. */
export type Route =
  | { readonly kind: "base" }
  | { readonly kind: "manifest"; readonly name: string; readonly reference: string }
  | { readonly kind: "blob"; readonly name: string; readonly digest: string }
  | { readonly kind: "tags"; readonly name: string }
  | { readonly kind: "referrers"; readonly name: string; readonly digest: string }
  /** The percent-encoding is broken. */
  | { readonly kind: "malformed" }
  /** No endpoint that pulls. */
  | { readonly kind: "unknown" };

/** A request target in its parts. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Splits a request target, which proxies may send in absolute form (RFC 9112, 3.2.2). */
export function parseTarget(url: string): Target {
  const path = pathOf(url);
  const query = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? "");
  return { path, query };
}

/** Whether a request target is the registry's, and not another page of the server. */
export function isRegistryUrl(url: string): boolean {
  const path = pathOf(url);
  return path === "/v2" || path.startsWith("/v2/");
}

function pathOf(url: string): string {
  const relative = url.startsWith("/") ? url : url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const end = relative.search(/[?#]/);
  return end === -1 ? relative : relative.slice(0, end);
}

/**
 * Reads the path of a request (distribution-spec, "Endpoints"). It is read from its end, because
 * the parts of a name may be called `manifests` or `blobs` too.
 */
export function parseRoute(path: string): Route {
  if (path === "/v2" || path === "/v2/") {
    return { kind: "base" };
  }
  const segments = decodePath(path)?.slice("/v2/".length).split("/");
  if (segments === undefined) {
    return { kind: "malformed" };
  }
  const last = segments.at(-1) ?? "";
  const name = segments.slice(0, -2).join("/");
  const endpoint: string = segments.at(-2) ?? "";
  switch (endpoint) {
    case "manifests":
      return { kind: "manifest", name, reference: last };
    case "blobs":
      return { kind: "blob", name, digest: last };
    case "referrers":
      return { kind: "referrers", name, digest: last };
    case "tags":
      return last === "list" ? { kind: "tags", name } : { kind: "unknown" };
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
