/** A JSON object whose fields are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether `value` has fields to look at. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

/** The fields of the JSON object in `text`; throws when it is anything else. */
export function parseFields(text: string): Fields {
  const value: unknown = JSON.parse(text);
  if (!isFields(value)) {
    throw new SyntaxError("not a JSON object");
  }
  return value;
}

/** `value`, if it is a string. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
