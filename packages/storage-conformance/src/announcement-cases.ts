import assert from "node:assert/strict";
import type { Capability, ConformanceCase, ConformanceGroup } from "./conformance-case.ts";

type OptionalMethod = "create" | "redirect" | "removeVersion" | "replace";

const methods: Readonly<Record<OptionalMethod, Capability>> = {
  create: "create",
  redirect: "redirect",
  removeVersion: "remove-version",
  replace: "replace",
};

export const announcementCases: ConformanceGroup = {
  name: "capabilities",
  cases: Object.entries(methods).map(([method, capability]): ConformanceCase => ({
    name: `include ${capability} when there is a method ${method}, and only then`,
    async run({ storage, capabilities }) {
      const isPresent = method in storage;
      assert.equal(isPresent, capabilities.has(capability), `there is a property ${method}`);
      const type = typeof storage[method as OptionalMethod];
      assert.ok(!isPresent || type === "function", `${method} is a method or absent`);
    },
  })),
};
