/** A reason the package set cannot be made, in one sentence that ends with what to do next. */
export class PrepareError extends Error {
  name = "PrepareError";
  code = "ERR_EXAMPLE_PACKAGES_PREPARE";
}
