import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RegistryRequest, RegistryResponse } from "@nixery/registry-handler";
import { isRegistryUrl } from "../src/faces/is-registry-url.ts";
import { createFixture, faults } from "./support/fixture.ts";

/** What is wrong with an answer, whatever was asked. */
function problemsOf({ method }: RegistryRequest, response: RegistryResponse | undefined): string[] {
  if (response === undefined) {
    return [];
  }
  const { status, body } = response;
  // Throws for names and values that cannot be sent.
  const headers = new Headers(response.headers);
  const length = headers.get("content-length");
  const isWhole = body instanceof Uint8Array;
  const isError = status >= 400 && isWhole;
  return Object.entries({
    "a status out of range": status < 200 || status > 599,
    "no version": headers.get("docker-distribution-api-version") !== "registry/2.0",
    "no length": (length === null) !== (status === 204 || status === 304),
    "a wrong length": isWhole && length !== String(body.length),
    "a body for HEAD": method === "HEAD" && body !== undefined,
    "an error of another form": isError && !isOciError(body),
  }).flatMap(([problem, isThere]) => (isThere ? [`${problem}: ${status}`] : []));
}

function isOciError(body: Uint8Array): boolean {
  const text = new TextDecoder().decode(body);
  return /^\{"errors":\[\{"code":"[A-Z_]+","message":".+"/.test(text);
}

describe("any request", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 });
  const segment = fc.oneof(
    text,
    fc.constantFrom(
      "v2",
      "git",
      "shell",
      "manifests",
      "blobs",
      "tags",
      "list",
      "referrers",
      "latest",
    ),
    fc.constantFrom("", ".", "..", "%2F", "%zz", "broken", "nosuch", ...Object.values(faults)),
  );
  const url = fc
    .tuple(
      fc.constantFrom("/v2/", "/v2", "/v2?", "/v2#", "/", "", "http://a/v2/", "HTTP://a/v2"),
      fc.array(segment),
      text,
    )
    .map(([base, segments, query]) => `${base}${segments.join("/")}?${query}`);
  const header = fc.oneof(
    text,
    fc.constantFrom("bytes=0-", "bytes=5-1", "*", "*/*", '"x"', "bytes=-1", "bytes=9999999-"),
  );
  const request = fc.record({
    method: fc.oneof(fc.constantFrom("GET", "HEAD", "PUT", "OPTIONS"), text),
    url,
    headers: fc.dictionary(
      fc.constantFrom("range", "if-none-match", "if-range", "accept", "user-agent"),
      fc.oneof(header, fc.array(header, { maxLength: 2 })),
    ),
  });

  test("has a well-formed answer", async () => {
    const { handler } = await createFixture();
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        const response = await handler.handle(asked);
        expect(problemsOf(asked, response)).toEqual([]);
        expect(isRegistryUrl(asked.url)).toBe(response !== undefined);
      }),
      { numRuns: 2000 },
    );
  });
});
