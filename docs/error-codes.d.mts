/** A documented error code. */
export interface ErrorCode {
  readonly package: string;
  readonly errorClass: string;
  readonly code: string;
  readonly cause: string;
  readonly remedy: string;
}

export function readErrorCodes(): readonly ErrorCode[];
export function errorCodesPage(): string;
