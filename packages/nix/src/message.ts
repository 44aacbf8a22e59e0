/** The text on one line, cut to what fits an error message. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

export function quote(name: string): string {
  return `'${name}'`;
}

/** "a", "a and b", "a, b and c". */
export function list(items: readonly string[], word = "and"): string {
  if (items.length < 2) {
    return items.join("");
  }
  return `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)!}`;
}

/** The text with an ellipsis in place of each of `hidden`. */
export function conceal(text: string, hidden: readonly string[]): string {
  // A longer one may hold a shorter one.
  const longestFirst = hidden.toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, "…"), text);
}
