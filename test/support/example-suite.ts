import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverEnvironment } from "../../examples/packages/server-environment.mjs";
import { bundledPackages } from "./bundled-packages.ts";
import { type Service, startService } from "./process.ts";
import { pullImage } from "./pull.ts";
import { inRepository } from "./repository.ts";

/** The tests of `examples/<name>/src/server.ts`, the same for every framework. */
export function exampleSuite(name: string): void {
  describe(`examples/${name}`, () => {
    let service: Service;
    let storage: string;
    let url: string;

    beforeAll(async () => {
      const packages = await bundledPackages();
      storage = await mkdtemp(join(tmpdir(), "nixery-example-"));
      const program = inRepository("examples", name, "src/server.ts");
      service = startService(process.execPath, ["--conditions=@nixery/source", program], {
        env: { ...serverEnvironment(packages), STORAGE_PATH: storage, PORT: "0" },
      });
      const [, port] = await service.waitFor(/listening on .*?(?:port: |127\.0\.0\.1:)(\d+)/s);
      url = `http://127.0.0.1:${port}`;
    });

    afterAll(async () => {
      await service.stop();
      await rm(storage, { recursive: true, force: true });
    });

    it("serves an image with valid digests", async () => {
      const { manifest, config } = await pullImage(url, "hello");
      expect(manifest.layers.length).toBeGreaterThan(1);
      expect(config).toMatchObject({ os: "linux", architecture: "amd64" });
    });

    it("serves a range of a layer", async () => {
      const { manifest } = await pullImage(url, "hello");
      const [layer] = manifest.layers;
      const part = await fetch(`${url}/v2/hello/blobs/${layer?.digest}`, {
        headers: { range: "bytes=0-1" },
      });
      expect(part.status).toBe(206);
      expect(part.headers.get("content-range")).toBe(`bytes 0-1/${layer?.size}`);
      expect(Buffer.from(await part.arrayBuffer()).toString("hex")).toBe("1f8b");
    });

    it("names a missing package", async () => {
      const response = await fetch(`${url}/v2/hello/nosuch/manifests/latest?ns=localhost`);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(await response.json()).toMatchObject({
        errors: [{ code: "MANIFEST_UNKNOWN", message: expect.stringContaining("nosuch") }],
      });
    });

    it("rejects pushes", async () => {
      const response = await fetch(`${url}/v2/hello/blobs/uploads/`, { method: "POST" });
      expect(response.status).toBe(405);
      expect(await response.json()).toMatchObject({ errors: [{ code: "UNSUPPORTED" }] });
    });

    it("serves its own page beside the registry", async () => {
      const response = await fetch(url);
      expect(await response.text()).toContain("Pull an image from here.");
    });

    it("exits on SIGTERM", async () => {
      await service.stop("SIGTERM");
      expect(service.child.exitCode).toBe(0);
    });
  });
}
