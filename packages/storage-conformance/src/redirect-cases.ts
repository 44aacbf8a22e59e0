import assert from "node:assert/strict";
import type { Redirect } from "@nixery/storage";
import type { ConformanceGroup, Subject } from "./conformance-case.ts";
import { assertBytes, assertObject, keyOf, put, sample } from "./objects.ts";
import { assertRejectsWith } from "./outcomes.ts";

const key = keyOf(1);
const object = sample(1, 100_000);

async function redirectOf({ storage, secrets }: Subject): Promise<Redirect> {
  await put(storage, key, object);
  const redirect = await storage.redirect?.(key);
  assert.ok(redirect, "there is a URL");
  for (const secret of secrets) {
    assert.ok(!redirect.url.href.includes(secret), "the URL contains no secret");
  }
  return redirect;
}

export const redirectCases: ConformanceGroup = {
  name: "redirects",
  cases: [
    {
      name: "answer GET with the object",
      needs: ["redirect"],
      async run(subject) {
        const { url } = await redirectOf(subject);
        const response = await fetch(url);
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("content-type"), object.contentType);
        assertBytes(new Uint8Array(await response.arrayBuffer()), object.bytes, "the response");
      },
    },
    {
      name: "answer GET with a range",
      needs: ["redirect"],
      async run(subject) {
        const { url } = await redirectOf(subject);
        const response = await fetch(url, { headers: { range: "bytes=500-1499" } });
        assert.equal(response.status, 206);
        assert.equal(response.headers.get("content-range"), "bytes 500-1499/100000");
        const bytes = new Uint8Array(await response.arrayBuffer());
        assertBytes(bytes, object.bytes.subarray(500, 1500), "the response");
      },
    },
    {
      name: "expire in the future",
      needs: ["redirect"],
      async run(subject) {
        const { expires } = await redirectOf(subject);
        assert.ok(
          expires === undefined || expires.getTime() > Date.now(),
          "the URL has not expired",
        );
      },
    },
    {
      name: "leave the object to be read",
      needs: ["redirect"],
      async run(subject) {
        await redirectOf(subject);
        await assertObject(subject.storage, key, object);
      },
    },
    {
      name: "reject when they are aborted",
      needs: ["redirect"],
      async run(subject) {
        const { storage } = subject;
        await put(storage, key, object);
        const reason = new Error("the caller aborted");
        const redirect = storage.redirect?.(key, { signal: AbortSignal.abort(reason) });
        await assertRejectsWith(subject, Promise.resolve(redirect), reason, "an aborted redirect");
      },
    },
  ],
};
