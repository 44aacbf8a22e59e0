import { expect, test } from "vitest";
import { isManifestError, ManifestError } from "@nixery/manifest";
import { expectBranded } from "../../kit/test/support/branded-error.ts";

test("errors are found by brand and code, also of another copy of the package", () => {
  const error = new ManifestError("ERR_MANIFEST_MEDIA_TYPE", { message: "Unsupported." });
  expect(error).toMatchObject({ name: "ManifestError", message: "Unsupported." });
  expectBranded(error, isManifestError, {
    brand: "@nixery/manifest/ManifestError",
    otherCode: "ERR_MANIFEST_INVALID_DIGEST",
  });
});
