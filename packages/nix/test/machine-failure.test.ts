import { expect, test } from "vitest";
import { resourceFailure, setUpFailure } from "../src/evaluate/machine-failure.ts";
import { createNixLog } from "../src/evaluate/nix-log.ts";

const log = createNixLog({ maxLines: 1 });

test.each([
  [
    "the group 'nixbld' specified in 'build-users-group' does not exist",
    "Set build-users-group to an empty value.",
  ],
  ["cannot connect to daemon at '/socket'.", "Set Nix up as in its installation guide."],
])("the error of a Nix with %j has the remedy", (said, remedy) => {
  expect(setUpFailure(said, log)).toMatchObject({
    code: "ERR_PACKAGE_SOURCE_NOT_WORKING",
    message: `Nix does not work on the server (${said.replace(/\.$/, "")}). ${remedy}`,
  });
});

test("the error of a machine without resources has the line with the reason", () => {
  expect(resourceFailure(["building", "Cannot allocate memory"], log)).toMatchObject({
    code: "ERR_PACKAGE_SOURCE_NO_RESOURCES",
    message: "The server lacks resources for Nix (Cannot allocate memory). Pull again later.",
  });
});

test("other errors are not those of the machine", () => {
  const said = "builder for '/nix/store/x.drv' failed with exit code 1";
  expect(setUpFailure(said, log)).toBeUndefined();
  expect(resourceFailure([said], log)).toBeUndefined();
});
