import * as fc from "fast-check";
import { expect, test } from "vitest";
import { packageName, storePathName } from "@nixery/store-path";

test.each([
  ["/nix/store/4ai1fzs9hw92z9i01hf8fphn37xm8b74-hello-2.12", "hello-2.12"],
  ["/nix/store/4ai1fzs9hw92z9i01hf8fphn37xm8b74-source", "source"],
  ["/gnu/store/4ai1fzs9hw92z9i01hf8fphn37xm8b74-perl5.36-x-1", "perl5.36-x-1"],
  ["/nix/store/0-a-1", "a-1"],
  ["hello-2.12", "hello-2.12"],
  ["/nix/store/odd", "/nix/store/odd"],
  ["/nix/store/4ai1fzs9hw92z9i01hf8fphn37xm8b74-", "/nix/store/4ai1fzs9hw92z9i01hf8fphn37xm8b74-"],
  ["", ""],
])("the name of %j is %j", (path, name) => {
  expect(storePathName(path)).toBe(name);
});

test.each([
  ["hello-2.12", "hello"],
  ["gcc-12-base-12.2.0", "gcc"],
  ["python3.11-requests-2.31.0", "python3.11-requests"],
  ["nss-cacert", "nss-cacert"],
  ["glibc-2.38-44-bin", "glibc"],
  ["unstable-2024", "unstable"],
])("the package of %j is %j", (name, expected) => {
  expect(packageName(name)).toBe(expected);
});

test("a package has the same name in every version", () => {
  const anyPackage = fc.stringMatching(/^[a-z]+[0-9.]*(-[a-z]+)*$/);
  const anyVersion = fc.stringMatching(/^[0-9][0-9a-z.-]*$/);
  fc.assert(
    fc.property(anyPackage, anyVersion, (name, version) => {
      expect(packageName(`${name}-${version}`)).toBe(name);
      expect(packageName(packageName(name))).toBe(packageName(name));
    }),
  );
});
