import type { Storage } from "@nixery/storage";

/**
 * An ability that not every backend has. A backend with the method of the same name has to declare
 * it, and the other way round:
 *
 * - `create`, `redirect`, `replace`, `remove-version`: the optional method is present.
 * - `reopen`: objects outlive the process.
 * - `outage`: the test can take away the service or disk that the backend depends on.
 */
export type Capability = "create" | "outage" | "redirect" | "remove-version" | "reopen" | "replace";

/** The backend that a case is tried on, fresh and empty. */
export interface Subject {
  readonly storage: Storage;
  /** Capabilities that were declared. */
  readonly capabilities: ReadonlySet<Capability>;
  /** Opens the same objects again, as another process would. */
  reopen(this: void): Promise<Storage>;
  /** Takes away the service or disk of the backend. */
  breakDown(this: void): Promise<void>;
  /** In milliseconds; a slower abort is not prompt. */
  readonly patience: number;
  /** In bytes. */
  readonly largeSize: number;
  /** Texts that names and messages must not contain. */
  readonly secrets: readonly string[];
}

/** One sentence of the contract. */
export interface ConformanceCase {
  /** The rest of a sentence that begins with the name of the group. */
  readonly name: string;
  /**
   * The case is for backends with all of these capabilities.
   * @defaultValue none: it is for every backend
   */
  readonly needs?: readonly Capability[] | undefined;
  /** Rejects with an `AssertionError` when the backend does not conform. */
  run(subject: Subject): Promise<void>;
}

export interface ConformanceGroup {
  readonly name: string;
  readonly cases: readonly ConformanceCase[];
}
