import { expect, test } from "vitest";
import { ImageNameError, isImageNameError } from "@nixery/image-name";
import { expectBranded } from "../../kit/test/support/branded-error.ts";

test("errors are found by brand and code, also of another copy of the package", () => {
  const error = new ImageNameError("ERR_IMAGE_NAME_PART", { message: "Invalid.", part: "A" });
  expect(error).toMatchObject({ name: "ImageNameError", message: "Invalid.", part: "A" });
  expectBranded(error, isImageNameError, {
    brand: "@nixery/image-name/ImageNameError",
    otherCode: "ERR_IMAGE_NAME_TAG",
  });
});
