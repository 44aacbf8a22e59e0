/** Something the operator has to change: a setting, an argument, a credential. One line says it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
