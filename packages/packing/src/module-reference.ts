/**
 * Names a module and the options to call it with, so that a worker thread can load the same thing:
 * functions cannot be sent to a thread.
 */
export interface ModuleReference {
  /** URL of the module, as `import.meta.url` has it. */
  readonly module: string;
  /**
   * What the module's factory is called with; must survive a structured clone.
   * @defaultValue `{}`
   */
  readonly options?: object | undefined;
}
