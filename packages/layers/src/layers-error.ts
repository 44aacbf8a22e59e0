import { CodedError, type CodedErrorDetails, isCodedError } from "@nixery/kit/coded-error";

/**
 * - `ERR_LAYERS_INVALID_OPTION`: the budget is invalid, or no built-in strategy has the name. Correct
 *   the option that the message names.
 * - `ERR_LAYERS_INVALID_SIZE`: a node's NAR size or closure size is negative or not a number. Use the
 *   sizes that `nix path-info` reports.
 * - `ERR_LAYERS_INVALID_GROUPING`: a strategy lost a path, repeated one, made an empty layer or
 *   exceeded the budget. Fix the strategy, or choose another one.
 */
export type LayersErrorCode =
  | "ERR_LAYERS_INVALID_OPTION"
  | "ERR_LAYERS_INVALID_SIZE"
  | "ERR_LAYERS_INVALID_GROUPING";

const brand = Symbol.for("@nixery/layers/LayersError");

/** The one error that this package throws. */
export class LayersError extends CodedError<LayersErrorCode> {
  override readonly name = "LayersError";

  constructor(code: LayersErrorCode, details: CodedErrorDetails) {
    super(brand, code, details);
  }
}

/**
 * Whether `value` is a {@link LayersError}, of this or another copy of the package, and has `code`
 * when one is given.
 */
export function isLayersError(value: unknown, code?: LayersErrorCode): value is LayersError {
  return isCodedError(value, brand, code);
}
