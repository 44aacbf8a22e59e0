import type { ByteRange } from "@nixery/storage";

/**
 * The part of `size` bytes that a `Range` header requests (RFC 9110, 14.2). `undefined` when the
 * whole is to be sent: the header is absent, its unit is not bytes, or it requests several parts,
 * which a server may answer with the whole. `"unsatisfiable"` also for a range that ends before it
 * starts.
 */
export function requestedRange(
  header: string | undefined,
  size: number,
): Required<ByteRange> | "unsatisfiable" | undefined {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") {
    return undefined;
  }
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? "unsatisfiable" : { start, end };
}
