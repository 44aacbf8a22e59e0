import { oneLine } from "@nixery/kit/one-line";

/** The output of a program as part of a sentence: on one line, cut, without its own full stop. */
export function asClause(text: string): string {
  return oneLine(text).replace(/\.+$/, "");
}

/** `text` with an ellipsis in place of each of `hidden`. */
export function conceal(text: string, hidden: readonly string[]): string {
  // A longer one may contain a shorter one.
  const longestFirst = hidden.toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, "…"), text);
}
