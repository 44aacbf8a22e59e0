import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { errorCodesPage, readErrorCodes } from "../docs/error-codes.mjs";
import { inRepository } from "./support/repository.ts";

it("has one page of all error codes, as the sources document them", async () => {
  const page = await readFile(inRepository("docs/guide/error-codes.md"), "utf8");
  expect(page).toBe(errorCodesPage());
});

it("gives no code to two errors", () => {
  const codes = readErrorCodes().map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)]);
  expect(codes.length).toBeGreaterThan(40);
});
