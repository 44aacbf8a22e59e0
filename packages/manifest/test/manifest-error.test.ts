import { expect, test } from "vitest";
import { isManifestError, ManifestError } from "@nixery/manifest";

test("errors are found by brand and code, also of another copy of the package", () => {
  const error = new ManifestError("ERR_MANIFEST_MEDIA_TYPE", { message: "Unsupported." });
  const copy = {
    code: "ERR_MANIFEST_MEDIA_TYPE",
    [Symbol.for("@nixery/manifest/ManifestError")]: true,
  };
  for (const value of [error, copy]) {
    expect(isManifestError(value)).toBe(true);
    expect(isManifestError(value, "ERR_MANIFEST_MEDIA_TYPE")).toBe(true);
    expect(isManifestError(value, "ERR_MANIFEST_INVALID_DIGEST")).toBe(false);
  }
  expect(error).toMatchObject({ name: "ManifestError", message: "Unsupported." });
  for (const other of [new Error("other"), undefined, null, "ERR_MANIFEST_MEDIA_TYPE"]) {
    expect(isManifestError(other)).toBe(false);
  }
});
