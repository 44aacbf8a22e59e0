import assert from "node:assert/strict";
import type { Storage } from "@nixery/storage";
import type { Capability, ConformanceCase, ConformanceGroup } from "./conformance-case.ts";

const methods = [
  ["create", "create"],
  ["redirect", "redirect"],
  ["removeVersion", "remove-version"],
  ["replace", "replace"],
] as const satisfies readonly (readonly [keyof Storage, Capability])[];

export const announcementCases: ConformanceGroup = {
  name: "capabilities",
  cases: methods.map(([method, capability]): ConformanceCase => ({
    name: `include ${capability} when there is a method ${method}, and only then`,
    async run({ storage, capabilities }) {
      const isPresent = method in storage;
      assert.equal(isPresent, capabilities.has(capability), `there is a property ${method}`);
      const type = typeof storage[method];
      assert.ok(!isPresent || type === "function", `${method} is a method or absent`);
    },
  })),
};
