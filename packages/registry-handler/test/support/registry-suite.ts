import { afterAll, beforeAll, describe } from "vitest";
import type { RegistryHandler } from "@nixery/registry-handler";
import { baseSuite } from "./base-suite.ts";
import { blobSuite } from "./blob-suite.ts";
import { createFixture, type Fixture } from "./fixture.ts";
import { listSuite } from "./list-suite.ts";
import { manifestSuite } from "./manifest-suite.ts";
import { refusalSuite } from "./refusal-suite.ts";
import type { Subject } from "./subject.ts";
import type { TestServer } from "./test-server.ts";

/** What every registry has to answer, on whatever server it runs. */
export function registrySuite(
  name: string,
  start: (handler: RegistryHandler) => Promise<TestServer>,
): void {
  describe(name, () => {
    let fixture: Fixture;
    let server: TestServer;

    beforeAll(async () => {
      fixture = await createFixture();
      server = await start(fixture.handler);
    });

    afterAll(() => server.close());

    const subject: Subject = {
      get fixture() {
        return fixture;
      },
      get: (target, headers) => server.request(target, { headers }),
      head: (target, headers) => server.request(target, { method: "HEAD", headers }),
      request: (target, request) => server.request(target, request),
    };
    baseSuite(subject);
    manifestSuite(subject);
    blobSuite(subject);
    listSuite(subject);
    refusalSuite(subject);
  });
}
