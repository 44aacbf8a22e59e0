import type { Closure, PackageSource, ResolvedSource } from "@nixery/package-source";

/** A package source of a test's choice, which counts its calls. */
export interface TestPackages extends PackageSource {
  readonly calls: { resolve: number; prepare: number };
  /** Packages of each call of `prepare`. */
  readonly asked: (readonly string[])[];
}

export interface TestPackagesOptions {
  closure?(this: void, packages: readonly string[]): Closure | Promise<Closure>;
  resolve?(this: void, tag: string): ResolvedSource | undefined | Promise<ResolvedSource>;
  /** Awaited by `prepare`. */
  readonly gate?: Promise<unknown>;
  readonly tags?: readonly string[];
  /** Called with the signal of each `prepare`. */
  onPrepare?(this: void, signal: AbortSignal | undefined): void;
}

export function createTestPackages(options: TestPackagesOptions = {}): TestPackages {
  const { closure, resolve = () => ({ cacheKey: "pinned" }), gate, tags, onPrepare } = options;
  const calls = { resolve: 0, prepare: 0 };
  const asked: (readonly string[])[] = [];
  return {
    name: "test packages",
    calls,
    asked,
    async resolve(tag) {
      calls.resolve += 1;
      return await resolve(tag);
    },
    async prepare(_source, packages, _system, { signal, onLine } = {}) {
      calls.prepare += 1;
      asked.push(packages);
      onPrepare?.(signal);
      onLine?.("a line of Nix");
      const aborted = Promise.withResolvers<never>();
      aborted.promise.catch(() => {});
      signal?.addEventListener("abort", () => {
        aborted.reject(signal.reason);
      });
      if (gate !== undefined) {
        await Promise.race([gate, aborted.promise]);
      }
      signal?.throwIfAborted();
      return (await closure?.(packages)) ?? { roots: [], paths: [] };
    },
    ...(tags === undefined ? {} : { tags: () => Promise.resolve(tags) }),
  };
}
