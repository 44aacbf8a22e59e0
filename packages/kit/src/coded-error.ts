/** Details that every error of Nixery's packages has. */
export interface CodedErrorDetails {
  /** At most two sentences: the event, with the name of the thing, and the next step. No secrets. */
  readonly message: string;
  /** The error that led to this one, for the operator. */
  readonly cause?: unknown;
}

/** The base of the one error class that each package has. */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code;

  /** @param brand - marks the class across copies of its package, for {@link isCodedError} */
  constructor(brand: symbol, code: Code, { message, cause }: CodedErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether `value` has the brand of an error class, and `code` when one is given. */
export function isCodedError(value: unknown, brand: symbol, code?: string): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    brand in value &&
    (code === undefined || ("code" in value && value.code === code))
  );
}
