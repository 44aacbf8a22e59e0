import { isRecord } from "@nixery/kit/is-record";
import { quote } from "@nixery/kit/quote";
import { reasonOf } from "@nixery/kit/reason-of";
import { PackingError } from "./packing-error.ts";

/**
 * Names a module and the options of its factory, so that a worker thread can load the same thing:
 * functions cannot be sent to a thread.
 */
export interface ModuleReference {
  /** URL of the module, as `import.meta.url` has it. */
  readonly module: string;
  /**
   * Passed to the module's factory; must survive a structured clone.
   * @defaultValue `{}`
   */
  readonly options?: object | undefined;
}

/**
 * Imports the module and calls the function that it exports as `factory`.
 *
 * @throws PackingError `ERR_PACKING_INVALID_OPTION` when the module cannot be imported or exports no
 * such function; any error of the factory is passed on
 */
export async function callFactory(
  { module, options = {} }: ModuleReference,
  factory: string,
): Promise<unknown> {
  const create = await importExport(module, factory);
  if (typeof create !== "function") {
    throw new PackingError("ERR_PACKING_INVALID_OPTION", {
      message: `The module ${quote(module)} has no function "${factory}". Export one from it.`,
    });
  }
  const product: unknown = create(options);
  return product;
}

async function importExport(url: string, name: string): Promise<unknown> {
  try {
    const module: unknown = await import(url);
    return isRecord(module) ? module[name] : undefined;
  } catch (error) {
    throw new PackingError("ERR_PACKING_INVALID_OPTION", {
      message: `The module ${quote(url)} cannot be imported: ${reasonOf(error)}. Correct its URL.`,
      cause: error,
    });
  }
}
