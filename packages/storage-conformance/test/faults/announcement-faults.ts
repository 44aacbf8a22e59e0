import type { Capability } from "@nixery/storage-conformance";
import { conditionalMethods, type Fault, replacing } from "./fault.ts";

const methods = [
  ["create", "create"],
  ["replace", "replace"],
  ["removeVersion", "remove-version"],
] as const;

/** Defects in the announcement of conditional methods. */
export const announcementFaults: readonly Fault[] = methods.flatMap(([method, capability]) => {
  const others: readonly Capability[] = conditionalMethods.filter((one) => one !== capability);
  const foundBy = `capabilities include ${capability} when there is a method ${method}, and only then`;
  return [
    {
      name: `has ${method} although it does not declare it`,
      methods: others,
      into: (sound) => sound,
      foundBy,
      alone: true,
    },
    {
      name: `has no ${method} although it declares it`,
      into({ [method]: _method, ...rest }) {
        return rest;
      },
      foundBy,
    },
    {
      name: `sets ${method} to undefined`,
      methods: others,
      into: (sound) => replacing(sound, { [method]: undefined }),
      foundBy,
      alone: true,
    },
  ] satisfies readonly Fault[];
});
