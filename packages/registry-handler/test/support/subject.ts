import { expect } from "vitest";
import type { Fixture } from "./fixture.ts";
import type { TestRequest, TestResponse } from "./test-server.ts";

type Ask = (target: string, headers?: TestRequest["headers"]) => Promise<TestResponse>;

/** What a suite asks, and what it knows of it. Both are there once the tests run. */
export interface Subject {
  readonly fixture: Fixture;
  readonly get: Ask;
  readonly head: Ask;
  request(target: string, request?: TestRequest): Promise<TestResponse>;
}

export const text = ({ body }: TestResponse): string => new TextDecoder().decode(body);
export const json = (response: TestResponse): unknown => JSON.parse(text(response));

export function expectError(response: TestResponse, status: number, code: string): void {
  expect(json(response)).toMatchObject({ errors: [{ code }] });
  expect(response).toMatchObject({
    status,
    headers: {
      "content-type": "application/json",
      "content-length": String(response.body.length),
      "docker-distribution-api-version": "registry/2.0",
      "x-content-type-options": "nosniff",
    },
  });
}
