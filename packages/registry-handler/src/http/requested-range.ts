/** Both ends count. */
export interface ResolvedRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of `size` bytes that a `Range` header asks for (RFC 9110, 14.2). `undefined` when the
 * whole is to be sent: there is no such header, its unit is not bytes, or it asks for several parts,
 * which a server may answer with the whole. `"unsatisfiable"` also for a range that ends before it
 * starts.
 */
export function resolveRange(
  header: string | undefined,
  size: number,
): ResolvedRange | "unsatisfiable" | undefined {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") {
    return undefined;
  }
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? "unsatisfiable" : { start, end };
}
