import { describe, expect, test } from "vitest";
import { otherPage } from "./servers.ts";
import { text, type Subject } from "./subject.ts";

/** Where the registry begins and ends. */
export function baseSuite(subject: Subject): void {
  describe("the base", () => {
    test.each(["/v2/", "/v2", "/v2/?ns=docker.io"])(
      "%s says that this is a registry",
      async (target) => {
        const response = await subject.get(target);
        expect(response).toMatchObject({
          status: 200,
          headers: {
            "content-type": "application/json",
            "content-length": "2",
            "docker-distribution-api-version": "registry/2.0",
          },
        });
        expect(text(response)).toBe("{}");
        const empty = await subject.head(target);
        expect(empty).toMatchObject({ status: 200, headers: { "content-length": "2" } });
        expect(empty.body).toHaveLength(0);
      },
    );

    test("other paths stay with the application", async () => {
      for (const target of ["/", "/v2x/", "/healthz", "/v"]) {
        expect(text(await subject.get(target))).toBe(otherPage);
      }
    });
  });
}
