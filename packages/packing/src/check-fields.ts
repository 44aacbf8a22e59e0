import { isRecord } from "@nixery/kit/is-record";
import { quote } from "@nixery/kit/quote";
import type { ModuleReference } from "./module-reference.ts";
import { PackingError } from "./packing-error.ts";

/** Which values a field may have. */
export interface FieldRule {
  isValid(this: void, value: unknown): boolean;
  /** Completes "It must be ...". */
  readonly need: string;
}

export const callable: FieldRule = {
  isValid: (value) => typeof value === "function",
  need: "a function",
};

export const text: FieldRule = {
  isValid: (value) => typeof value === "string" && value !== "",
  need: "a string that is not empty",
};

export function wholeNumberFrom(min: number): FieldRule {
  return {
    isValid: (value) => Number.isSafeInteger(value) && Number(value) >= min,
    need: `a whole number of at least ${min}`,
  };
}

export function optional({ isValid, need }: FieldRule): FieldRule {
  return { isValid: (value) => value === undefined || isValid(value), need: `${need}, or absent` };
}

/**
 * Checks what the factory of a module returned, which has no types at run time.
 *
 * @throws PackingError `ERR_PACKING_INVALID_OPTION` for the first field that is invalid
 */
export function checkFields(
  product: unknown,
  { module }: ModuleReference,
  rules: Readonly<Record<string, FieldRule>>,
): void {
  for (const [field, { isValid, need }] of Object.entries(rules)) {
    if (!isValid(isRecord(product) ? product[field] : undefined)) {
      throw new PackingError("ERR_PACKING_INVALID_OPTION", {
        message: `The module ${quote(module)} returns an invalid field "${field}". It must be ${need}.`,
      });
    }
  }
}
