import assert from "node:assert/strict";
import type { Storage } from "@nixery/storage";
import type { Capability, ConformanceCase } from "./conformance-case.ts";
import { conformanceGroups } from "./conformance-groups.ts";

/** A backend for one case. */
export interface CreatedStorage {
  /** Empty: without the objects of other cases. */
  readonly storage: Storage;
  /** Opens the same objects again; required by the capability `reopen`. */
  readonly reopen?: (() => Promise<Storage>) | undefined;
  /**
   * Takes away the server or the directory of this storage, and does not bring it back; required by
   * the capability `outage`.
   */
  readonly breakDown?: (() => Promise<void>) | undefined;
  /** Called after the case, whether it passed or failed. */
  readonly cleanup?: (() => Promise<void>) | undefined;
}

export interface TryOptions {
  /** Called for each case. */
  createStorage(this: void): Promise<CreatedStorage>;
  /**
   * A backend that has an optional method and does not declare it fails.
   * @defaultValue none
   */
  readonly capabilities?: readonly Capability[] | undefined;
  /**
   * In milliseconds, for an abort or the return of a reader.
   * @defaultValue 2,000
   */
  readonly patience?: number | undefined;
  /**
   * In bytes; large objects have this size, which must exceed any buffer or part of the backend.
   * @defaultValue 17 MiB
   */
  readonly largeSize?: number | undefined;
  /**
   * Texts, such as a password, that names, messages and URLs must not contain.
   * @defaultValue none
   */
  readonly secrets?: readonly string[] | undefined;
}

export interface TestStorageOptions extends TryOptions {
  /** `test` of the runner: `node:test`, Vitest, Jest, Bun, ... */
  test(this: void, name: string, run: () => Promise<void>): unknown;
  /**
   * `describe` of the runner.
   * @defaultValue none; the name of a case begins with that of its group
   */
  readonly describe?: ((name: string, define: () => void) => unknown) | undefined;
}

/** Defines a test for every case of the contract that applies to the backend. */
export function testStorage(options: TestStorageOptions): void {
  const { test, describe } = options;
  const capabilities = new Set(options.capabilities);
  for (const group of conformanceGroups) {
    const cases = group.cases.filter(({ needs = [] }) =>
      needs.every((one) => capabilities.has(one)),
    );
    const define = (prefix: string): void => {
      for (const one of cases) {
        test(`${prefix}${one.name}`, async () => tryCase(one, options));
      }
    };
    if (describe === undefined) {
      define(`${group.name} `);
    } else if (cases.length > 0) {
      // Some runners reject a group without tests.
      describe(group.name, () => define(""));
    }
  }
}

/** Runs one case on a storage of its own; rejects when the backend does not conform. */
export async function tryCase(one: ConformanceCase, options: TryOptions): Promise<void> {
  const { patience = 2000, largeSize = 17 * 1024 * 1024, secrets = [] } = options;
  const { storage, reopen, breakDown, cleanup } = await options.createStorage();
  try {
    await one.run({
      storage,
      capabilities: new Set(options.capabilities),
      patience,
      largeSize,
      secrets,
      reopen: async () => {
        assert.ok(reopen, "createStorage returns reopen, since that capability is declared");
        return reopen();
      },
      breakDown: async () => {
        assert.ok(breakDown, "createStorage returns breakDown, since outage is declared");
        await breakDown();
      },
    });
  } finally {
    await cleanup?.();
  }
}
