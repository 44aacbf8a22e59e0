import { readFile, readdir } from "node:fs/promises";
import { createPathSource, type NixOptions } from "@nixery/nix";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixture } from "./support/fixture.ts";
import { createTestStore, nixInstallations, system, type TestStore } from "./support/nix-store.ts";
import { sourceRejection, rejection } from "./support/rejection.ts";

describe.each(nixInstallations())(
  "cancellation of $name",
  { timeout: 60_000 },
  ({ binDirectory }) => {
    let store: TestStore;
    beforeAll(async () => {
      store = await createTestStore(binDirectory);
    });
    afterAll(async () => await store.remove());

    /** Command lines of processes that belong to the store's builds, or call its Nix. */
    async function processes(): Promise<readonly string[]> {
      const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
      const all = await Promise.all(
        pids.map(async (pid) => {
          const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
          const command = await readFile(`/proc/${pid}/cmdline`, "latin1").catch(() => "");
          return environment.includes(store.storeDirectory) ? command.replaceAll("\0", " ") : "";
        }),
      );
      return all.filter((command) => command !== "");
    }

    async function prepareSlow(
      options: { readonly signal?: AbortSignal; onReady?(): void },
      nix?: NixOptions,
    ): Promise<unknown> {
      const source = createPathSource({ path: fixture("packages.nix"), nix: store.nix(nix) });
      return await source.prepare({ cacheKey: undefined }, ["slow"], system, {
        signal: options.signal,
        onLine: (line) => {
          if (line === "ready") {
            options.onReady?.();
          }
        },
      });
    }

    test("stops a builder that ignores signals", async () => {
      const controller = new AbortController();
      const reason = new Error("aborted");
      let before: Promise<readonly string[]> | undefined;
      const onReady = (): void => {
        before = processes().finally(() => controller.abort(reason));
      };
      expect(await rejection(prepareSlow({ signal: controller.signal, onReady }))).toBe(reason);
      expect((await before)?.join("\n")).toMatch(/nix-store.*sleep 9001/s);
      expect(await processes()).toEqual([]);
    });

    test("stops all processes after the time limit", async () => {
      const error = await sourceRejection(prepareSlow({}, { timeout: 2500 }));
      expect(error).toMatchObject({ code: "ERR_PACKAGE_SOURCE_TIMEOUT", packages: ["slow"] });
      expect(error.message).toContain("timed out after 2.5 s");
      expect(await processes()).toEqual([]);
    });

    test("stops the processes of a sandbox", async () => {
      const controller = new AbortController();
      const onReady = (): void => controller.abort();
      const settings = { "sandbox-paths": "/bin /usr /lib /lib64" };
      await rejection(
        prepareSlow({ signal: controller.signal, onReady }, { sandbox: true, settings }),
      );
      expect(await processes()).toEqual([]);
    });

    test("does not affect another build", async () => {
      const controller = new AbortController();
      const other = createPathSource({ path: fixture("packages.nix"), nix: store.nix() });
      const started = Promise.withResolvers<void>();
      const goingOn = other.prepare({ cacheKey: undefined }, ["waiting"], system, {
        onLine: (line) => {
          if (line === "waits") {
            started.resolve();
          }
        },
      });
      await started.promise;
      const onReady = (): void => controller.abort();
      await rejection(prepareSlow({ signal: controller.signal, onReady }));
      await store.openGate();
      expect((await goingOn).roots).toHaveLength(1);
    });

    test("starts nothing for an aborted signal", async () => {
      const source = createPathSource({
        path: fixture("packages.nix"),
        nix: store.nix({ binDirectory: "/nowhere" }),
      });
      const reason = new Error("too late");
      const signal = AbortSignal.abort(reason);
      expect(await rejection(source.prepare({ cacheKey: "x" }, ["tool"], system, { signal }))).toBe(
        reason,
      );
      expect(await rejection(source.resolve("latest", { signal }))).toBe(reason);
      expect(await rejection(source.tags!({ signal }))).toBe(reason);
    });
  },
);
