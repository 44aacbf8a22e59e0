import { describe, expect, test } from "vitest";
import { isPackageSourceError, PackageSourceError } from "@nixery/package-source";
import { expectBranded } from "../../kit/test/support/branded-error.ts";

describe("PackageSourceError", () => {
  test("has the details of the failure", () => {
    const cause = new Error("exit code 1");
    const error = new PackageSourceError("ERR_PACKAGE_SOURCE_BUILD_FAILED", {
      message: 'The build of "hello" failed. Ask for another revision.',
      packages: ["hello"],
      reason: "builder",
      log: ["error: build failed"],
      cause,
    });
    expect(error).toMatchObject({
      name: "PackageSourceError",
      code: "ERR_PACKAGE_SOURCE_BUILD_FAILED",
      message: 'The build of "hello" failed. Ask for another revision.',
      packages: ["hello"],
      reason: "builder",
      log: ["error: build failed"],
      cause,
    });
  });

  test("concerns no package, and has no reason and no log, unless they are given", () => {
    const error = new PackageSourceError("ERR_PACKAGE_SOURCE_TIMEOUT", { message: "Timed out." });
    expect(error).toMatchObject({ packages: [], reason: undefined, log: [] });
    expect(error).not.toHaveProperty("cause");
  });
});

describe("isPackageSourceError", () => {
  const error = new PackageSourceError("ERR_PACKAGE_SOURCE_NOT_FOUND", { message: "Not found." });

  test("finds errors by brand and code, also of another copy of the package", () => {
    expect(error.name).toBe("PackageSourceError");
    expectBranded(error, isPackageSourceError, {
      brand: "@nixery/package-source/PackageSourceError",
      otherCode: "ERR_PACKAGE_SOURCE_TIMEOUT",
    });
  });

  test.each([undefined, null, new Error("other"), { code: "ERR_PACKAGE_SOURCE_NOT_FOUND" }])(
    "does not take %o for one",
    (value) => {
      expect(isPackageSourceError(value)).toBe(false);
    },
  );
});
