import { quote } from "@nixery/kit/quote";
import { errorResponse, unavailableResponse } from "../http/error-response.ts";
import { jsonResponse } from "../http/json-response.ts";
import type { TagsRoute } from "../http/route.ts";
import type { RegistryResponse } from "../registry-handler.ts";
import type { Exchange, Registry } from "./exchange.ts";

/** `GET /v2/<name>/tags/list?n=<int>&last=<tag>` (distribution-spec, end-8). */
export async function serveTags(
  { images }: Registry,
  { signal }: Exchange,
  { name, query }: TagsRoute,
): Promise<RegistryResponse> {
  const known = await images.tags(name, { signal });
  if (known === undefined) {
    return errorResponse(404, {
      code: "NAME_UNKNOWN",
      message: `Image ${quote(name)} not found. Check the names of its packages.`,
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

/** The number of tags on a page; invalid values of `n` are ignored. */
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
