export interface WholeNumberBounds {
  readonly min: number;
  /** @defaultValue none */
  readonly max?: number | undefined;
}

/**
 * `value`, which has to be a whole number from `min` to `max`. `invalid` makes the error with the
 * message that names the option.
 */
export function wholeNumber(
  option: string,
  value: number,
  { min, max }: WholeNumberBounds,
  invalid: (message: string) => Error,
): number {
  if (Number.isSafeInteger(value) && value >= min && value <= (max ?? value)) {
    return value;
  }
  const range = max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
  const message = `Invalid option ${option}: ${value}. Use a whole number ${range}.`;
  throw invalid(message);
}
