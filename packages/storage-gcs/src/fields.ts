import { type Fields, isRecord } from "@nixery/kit/is-record";

/** The fields of the JSON object in `text`; throws a `SyntaxError` for anything else. */
export function parseFields(text: string): Fields {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) {
    throw new SyntaxError("The text is not a JSON object.");
  }
  return value;
}

/** `value`, if it is a string. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
