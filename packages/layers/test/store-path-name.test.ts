import { expect, test } from "vitest";
import { storePathName } from "@nixery/layers";
import { packageName } from "../src/store-path-name.ts";

test.each([
  ["/nix/store/4ai1fzs9hw92z9i01hf8fphn37xm8b74-hello-2.12", "hello-2.12"],
  ["/nix/store/4ai1fzs9hw92z9i01hf8fphn37xm8b74-source", "source"],
  ["/gnu/store/4ai1fzs9hw92z9i01hf8fphn37xm8b74-perl5.36-x-1", "perl5.36-x-1"],
  ["hello-2.12", "hello-2.12"],
  ["/nix/store/odd", "/nix/store/odd"],
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
