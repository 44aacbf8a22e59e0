import { errorResponse, jsonResponse, quote } from "./error-response.ts";
import { unavailableResponse } from "./failure-response.ts";
import type { RegistryResponse } from "./registry-handler.ts";
import type { Exchange, Registry } from "./registry.ts";

/** `GET /v2/<name>/tags/list?n=<int>&last=<tag>` (distribution-spec, end-8). */
export async function serveTags(
  registry: Registry,
  { query, signal }: Exchange,
  name: string,
): Promise<RegistryResponse> {
  const known = await registry.images.tags(name, { signal });
  if (known === undefined) {
    return errorResponse(404, {
      code: "NAME_UNKNOWN",
      message: `There is no image ${quote(name)}; check the names of its packages.`,
    });
  }
  if ("kind" in known) {
    return unavailableResponse(known.message, known.retryAfter);
  }
  const last = query.get("last") ?? "";
  const left = known.toSorted().filter((tag) => tag > last);
  const count = pageSize(query.get("n"));
  const tags = left.slice(0, count);
  const next = tags.length < left.length ? tags.at(-1) : undefined;
  return jsonResponse({ name, tags }, { headers: linkTo(name, count, next) });
}

/** Tags a page; what is not a number is ignored. */
function pageSize(n: string | null): number {
  return n !== null && /^\d+$/.test(n) ? Number(n) : Number.POSITIVE_INFINITY;
}

function linkTo(
  name: string,
  count: number,
  last: string | undefined,
): Readonly<Record<string, string>> | undefined {
  if (last === undefined) {
    return undefined;
  }
  return { Link: `</v2/${name}/tags/list?n=${count}&last=${last}>; rel="next"` };
}
