import { expect, test } from "vitest";
import { ImageNameError, isImageNameError } from "@nixery/image-name";

test("errors are found by brand and code, also of another copy of the package", () => {
  const error = new ImageNameError("ERR_IMAGE_NAME_PART", { message: "Invalid.", part: "A" });
  const copy = {
    code: "ERR_IMAGE_NAME_PART",
    [Symbol.for("@nixery/image-name/ImageNameError")]: true,
  };
  for (const value of [error, copy]) {
    expect(isImageNameError(value)).toBe(true);
    expect(isImageNameError(value, "ERR_IMAGE_NAME_PART")).toBe(true);
    expect(isImageNameError(value, "ERR_IMAGE_NAME_TAG")).toBe(false);
  }
  expect(error).toMatchObject({ name: "ImageNameError", message: "Invalid.", part: "A" });
  for (const other of [new Error("other"), undefined, null, "ERR_IMAGE_NAME_PART"]) {
    expect(isImageNameError(other)).toBe(false);
  }
});
