/** A setting, an argument or a credential that the operator has to change. One line says which. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
