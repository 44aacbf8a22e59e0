/**
 * - `ERR_LAYERS_INVALID_BUDGET`: the budget is not a whole number of at least 1.
 * - `ERR_LAYERS_INVALID_SIZE`: a node's NAR size or closure size is negative or not a number.
 * - `ERR_LAYERS_UNKNOWN_STRATEGY`: no built-in strategy has the name.
 * - `ERR_LAYERS_INVALID_GROUPING`: a strategy lost a path, repeated one or went over the budget; a
 *   defect in the strategy.
 */
export type LayersErrorCode =
  | "ERR_LAYERS_INVALID_BUDGET"
  | "ERR_LAYERS_INVALID_SIZE"
  | "ERR_LAYERS_UNKNOWN_STRATEGY"
  | "ERR_LAYERS_INVALID_GROUPING";

const brand = Symbol.for("@nixery/layers/LayersError");

/** The one error that this package throws. */
export class LayersError extends Error {
  override readonly name = "LayersError";
  readonly code: LayersErrorCode;

  constructor(code: LayersErrorCode, message: string) {
    super(message);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Whether `value` is a {@link LayersError}, of this or another copy of the package, and has `code`
 * when one is given.
 */
export function isLayersError(value: unknown, code?: LayersErrorCode): value is LayersError {
  return (
    typeof value === "object" &&
    value !== null &&
    brand in value &&
    (code === undefined || ("code" in value && value.code === code))
  );
}
