import type { Storage } from "@nixery/storage";

/**
 * What a backend may be able to do beyond the contract:
 *
 * - `redirect`: its objects have URLs that clients may fetch.
 * - `reopen`: its objects outlive the process.
 * - `outage`: it depends on a service or a disk, and the test can take that away.
 */
export type Capability = "outage" | "redirect" | "reopen";

/** The backend that a case is tried on, fresh and empty. */
export interface Subject {
  readonly storage: Storage;
  /** Capabilities that were declared. */
  readonly capabilities: ReadonlySet<Capability>;
  /** Opens the same objects again, as another process would. */
  readonly reopen: () => Promise<Storage>;
  /** Takes away what the backend depends on. */
  readonly breakDown: () => Promise<void>;
  /** In milliseconds: an abort that takes longer is not prompt. */
  readonly patience: number;
  /** In bytes. */
  readonly largeSize: number;
  /** Texts that must not show in names and messages. */
  readonly secrets: readonly string[];
}

/** One sentence of the contract. */
export interface ConformanceCase {
  /** What a backend does that conforms, such as `keeps an empty object`. */
  readonly name: string;
  /** The case is for backends with this capability only. */
  readonly needs?: Capability | undefined;
  /** Rejects with an `AssertionError` when the backend does not conform. */
  run(subject: Subject): Promise<void>;
}

export interface ConformanceGroup {
  readonly name: string;
  readonly cases: readonly ConformanceCase[];
}
