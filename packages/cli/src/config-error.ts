/** A setting, an argument or a credential that the operator has to change. The message is one line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
