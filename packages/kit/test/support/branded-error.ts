import { expect } from "vitest";

/**
 * Expects `isError` to find `error` by its brand and code, also when another copy of the package
 * made it, and no other value.
 */
export function expectBranded<Code extends string>(
  error: Error & { readonly code: Code },
  isError: (value: unknown, code?: Code) => boolean,
  { brand, otherCode }: { readonly brand: string; readonly otherCode: Code },
): void {
  const { code } = error;
  for (const value of [error, { code, [Symbol.for(brand)]: true }]) {
    expect(isError(value)).toBe(true);
    expect(isError(value, code)).toBe(true);
    expect(isError(value, otherCode)).toBe(false);
  }
  for (const other of [new Error("other"), undefined, null, code, { code }]) {
    expect(isError(other)).toBe(false);
  }
}
