/** The package set cannot be made. The message gives the reason and what to do. */
export class PrepareError extends Error {
  name = "PrepareError";
  code = "ERR_EXAMPLE_PACKAGES_PREPARE";
}
