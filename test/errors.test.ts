import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRegistry, type Registry } from "./support/registry.ts";

let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry({ env: { NIX_TIMEOUT: "20" } });
});

afterAll(() => registry.stop());

interface OciErrors {
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

async function request(path: string, init?: RequestInit): Promise<{ status: number } & OciErrors> {
  const response = await fetch(registry.url + path, init);
  const body: OciErrors = JSON.parse(await response.text());
  expect(response.headers.get("content-type")).toBe("application/json");
  return { status: response.status, ...body };
}

const nowhere = `sha256:${"0".repeat(64)}`;

describe("error responses", () => {
  it("name every missing package", async () => {
    const { status, errors } = await request("/v2/shell/nosuch/git/norsuch/manifests/latest");
    expect({ status, code: errors[0]?.code }).toEqual({ status: 404, code: "MANIFEST_UNKNOWN" });
    expect(errors[0]?.message).toMatch(/norsuch.*nosuch|nosuch.*norsuch/);
    expect(errors[0]?.message).not.toContain('"git"');
  });

  it.each(["/v2/Shell/git/manifests/latest", "/v2/git-/manifests/latest"])(
    "reject the name in %s",
    async (path) => {
      const { status, errors } = await request(path);
      expect({ status, code: errors[0]?.code }).toEqual({ status: 400, code: "NAME_INVALID" });
    },
  );

  it("name an unknown tag", async () => {
    const { status, errors } = await request("/v2/shell/git/manifests/no-such-tag");
    expect({ status, code: errors[0]?.code }).toEqual({ status: 404, code: "MANIFEST_UNKNOWN" });
    expect(errors[0]?.message).toContain("no-such-tag");
  });

  it.each([
    ["testing.unfree-example", /unfree/],
    ["testing.broken-example", /broken/],
    ["testing.unsupported-example", /platform|x86_64-linux/],
    ["testing.failing-example", /failing-example/],
  ])("give the reason why %s cannot be built, in one line", async (name, reason) => {
    const { status, errors } = await request(`/v2/${name}/manifests/latest`);
    expect({ status, code: errors[0]?.code }).toEqual({ status: 404, code: "MANIFEST_UNKNOWN" });
    expect(errors[0]?.message).toMatch(reason);
    expect(errors[0]?.message).not.toContain("\n");
  });

  it("give the limit of a build that timed out", async () => {
    const { status, errors } = await request("/v2/testing.slow-example/manifests/latest");
    expect(status).toBeGreaterThanOrEqual(400);
    expect(errors[0]?.message).toMatch(/20 s/);
  });

  it("report a missing blob", async () => {
    const { status, errors } = await request(`/v2/shell/blobs/${nowhere}`);
    expect({ status, code: errors[0]?.code }).toEqual({ status: 404, code: "BLOB_UNKNOWN" });
  });

  it("report a missing manifest", async () => {
    const { status, errors } = await request(`/v2/shell/manifests/${nowhere}`);
    expect({ status, code: errors[0]?.code }).toEqual({ status: 404, code: "MANIFEST_UNKNOWN" });
  });

  it.each(["PUT", "POST", "PATCH", "DELETE"])("reject %s", async (method) => {
    const { status, errors } = await request("/v2/shell/manifests/latest", { method });
    expect({ status, code: errors[0]?.code }).toEqual({ status: 405, code: "UNSUPPORTED" });
  });
});

it("responds to HEAD without a body, with the digest and the length", async () => {
  const head = await fetch(`${registry.url}/v2/hello/manifests/latest`, { method: "HEAD" });
  const get = await fetch(`${registry.url}/v2/hello/manifests/latest`);
  const body = await get.arrayBuffer();
  expect(head.status).toBe(200);
  expect(head.headers.get("docker-content-digest")).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(head.headers.get("content-length")).toBe(String(body.byteLength));
  expect((await head.arrayBuffer()).byteLength).toBe(0);
});
