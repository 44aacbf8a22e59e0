import assert from "node:assert/strict";
import type { ConformanceGroup } from "./conformance-case.ts";

export const nameCases: ConformanceGroup = {
  name: "name",
  cases: [
    {
      name: "is one line and contains no secret",
      async run({ storage, secrets }) {
        assert.match(storage.name, /^\S[^\n]*$/);
        for (const secret of secrets) {
          assert.ok(!storage.name.includes(secret));
        }
      },
    },
  ],
};
