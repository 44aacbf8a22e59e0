import { setImmediate, setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import type { Storage, WrittenObject } from "@nixery/storage";
import { type CreatedStorage, conformanceGroups, tryCase } from "@nixery/storage-conformance";
import { createMemoryStorage } from "@nixery/storage/memory";
import { abortFaults } from "./faults/abort-faults.ts";
import { announcementFaults } from "./faults/announcement-faults.ts";
import { bodyFaults } from "./faults/body-faults.ts";
import { createFaults } from "./faults/create-faults.ts";
import { conditionalMethods, describing, type Fault, unconditional } from "./faults/fault.ts";
import { keyFaults } from "./faults/key-faults.ts";
import { lateAbortFaults } from "./faults/late-abort-faults.ts";
import { listFaults } from "./faults/list-faults.ts";
import { missingFaults } from "./faults/missing-faults.ts";
import { modifiedFaults } from "./faults/modified-faults.ts";
import { outageFaults } from "./faults/outage-faults.ts";
import { placeFaults } from "./faults/place-faults.ts";
import { rangeFaults } from "./faults/range-faults.ts";
import { redirectFaults } from "./faults/redirect-faults.ts";
import { removeVersionFaults } from "./faults/remove-version-faults.ts";
import { replaceFaults } from "./faults/replace-faults.ts";
import { restartFaults } from "./faults/restart-faults.ts";
import { sourceFaults } from "./faults/source-faults.ts";
import { typeFaults } from "./faults/type-faults.ts";
import { versionFaults } from "./faults/version-faults.ts";
import { connectionFaults } from "./faults/connection-faults.ts";
import { errorFaults } from "./faults/error-faults.ts";
import { signalFaults } from "./faults/signal-faults.ts";
import { writeFaults } from "./faults/write-faults.ts";
import { breakable, unavailable } from "./support/outage.ts";
import { startRedirectHost } from "./support/redirect-host.ts";

const host = await startRedirectHost();
afterAll(async () => host.close());

const faults = [
  ...writeFaults,
  ...sourceFaults,
  ...typeFaults,
  ...missingFaults,
  ...rangeFaults,
  ...bodyFaults,
  ...connectionFaults,
  ...placeFaults,
  ...listFaults,
  ...keyFaults,
  ...errorFaults,
  ...abortFaults,
  ...signalFaults,
  ...lateAbortFaults,
  ...restartFaults,
  ...modifiedFaults,
  ...versionFaults,
  ...announcementFaults,
  ...createFaults,
  ...replaceFaults,
  ...removeVersionFaults,
  ...redirectFaults(host),
  ...outageFaults,
];

const cases = conformanceGroups.flatMap((group) =>
  group.cases.map((one) => ({ ...one, name: `${group.name} ${one.name}` })),
);

/** The cases that some fault has failed. */
const fallible = new Set<string>();

function storageWith({ into, broken, reopened, capabilities }: Fault): CreatedStorage {
  const sound = createMemoryStorage();
  const storage = into(sound);
  return {
    storage,
    reopen: async () => reopened?.(sound) ?? into(sound),
    ...(capabilities?.includes("outage") &&
      breakable(storage, () => (broken ?? unavailable)(sound))),
  };
}

/** The cases that fail, or do not end, on a backend with `fault`. */
async function findersOf(fault: Fault): Promise<readonly string[]> {
  const { methods = conditionalMethods } = fault;
  const capabilities = [...methods, ...(fault.capabilities ?? [])];
  const applicable = cases.filter(({ needs = [] }) =>
    needs.every((one) => capabilities.includes(one)),
  );
  const passed = new Set<string>();
  const lane = async (left: Iterable<(typeof cases)[number]>): Promise<void> => {
    for (const one of left) {
      // Without it, the cases of all lanes would run in one turn of the event loop, longer than the
      // patience of the one that waits for the next turn.
      await setImmediate();
      const trial = tryCase(one, {
        capabilities,
        patience: 1500,
        largeSize: 300_000,
        secrets: ["hunter2"],
        createStorage: async () => storageWith(fault),
      });
      const ended = trial.then(
        () => passed.add(one.name),
        () => undefined,
      );
      await Promise.race([ended, setTimeout(6000, undefined, { ref: false })]);
    }
  };
  // Cases that wait for a stuck backend wait together.
  const left = applicable.values();
  await Promise.all(Array.from({ length: 8 }, async () => lane(left)));
  return applicable.map(({ name }) => name).filter((name) => !passed.has(name));
}

describe("the suite", () => {
  test.each(faults)("finds a backend that $name", { timeout: 30_000 }, async (fault) => {
    const finders = await findersOf(fault);
    expect(finders).toContain(fault.foundBy);
    expect(fault.alone === true ? finders : [fault.foundBy]).toEqual([fault.foundBy]);
    for (const finder of finders) {
      fallible.add(finder);
    }
  });

  test("passes a backend that describes objects further, in a class of its own", async () => {
    class Info {
      readonly etag = "1";
      constructor(info: WrittenObject) {
        Object.assign(this, info);
      }
    }
    const into = (sound: Storage): Storage =>
      describing(sound, <T>(info: T) => new Info(info as WrittenObject) as unknown as T);
    expect(await findersOf({ name: "none", into, foundBy: "" })).toEqual([]);
  });

  test("passes a backend without conditional methods and versions", async () => {
    const fault: Fault = {
      name: "none",
      methods: [],
      into: (sound) =>
        unconditional(describing(sound, (info) => ({ ...info, version: undefined }))),
      foundBy: "",
    };
    expect(await findersOf(fault)).toEqual([]);
  });

  test("has no case that cannot fail", () => {
    expect(cases.map(({ name }) => name).filter((name) => !fallible.has(name))).toEqual([]);
  });
});
