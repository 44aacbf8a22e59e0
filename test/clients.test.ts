import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./support/command.ts";
import { startContainerd, type Containerd } from "./support/containerd.ts";
import { startDocker, type ContainerEngine } from "./support/docker.ts";
import { hasPeer, peer } from "./support/peer.ts";
import { startPodman } from "./support/podman.ts";
import { startRegistry, type Registry } from "./support/registry.ts";
import { unpackImage } from "./support/unpacked-image.ts";

let registry: Registry;

beforeAll(async () => {
  registry = await startRegistry();
});

afterAll(() => registry.stop());

const engines = [
  { name: "Docker", command: "dockerd", start: startDocker },
  { name: "podman", command: "podman", start: startPodman },
];

for (const { name, command, start } of engines) {
  describe.skipIf(!hasPeer(command))(name, () => {
    let engine: ContainerEngine;
    let shell: string;

    beforeAll(async () => {
      engine = await start();
      shell = `localhost:${registry.port}/shell/git/hello`;
      await engine.pull(shell);
    });

    afterAll(() => engine.stop());

    it("runs git and hello", async () => {
      expect(await engine.run(shell, ["git", "--version"])).toMatch(/^git version \d/);
      expect(await engine.run(shell, ["hello"])).toBe("Hello, world!\n");
    });

    it("runs a shell, with /tmp and a user database", async () => {
      const listing = await engine.run(shell, ["bash", "-c", "ls -ld /tmp; ls -l /etc/passwd"]);
      expect(listing).toMatch(/^drwxrwxrwt .* \/tmp\n-rw-r--r-- .* \/etc\/passwd\n$/);
    });

    it("runs Python with its C extensions", async () => {
      const image = `localhost:${registry.port}/python3/curl`;
      await engine.pull(image);
      const program = "import ssl; print(len(ssl.create_default_context().get_ca_certs()) > 50)";
      expect(await engine.run(image, ["python3", "-c", program])).toBe("True\n");
      expect(await engine.run(image, ["curl", "--version"])).toMatch(/^curl \d/);
    });

    it("pulls an image of another platform", async () => {
      expect(await engine.pull(`localhost:${registry.port}/arm64/hello`)).not.toBe("");
    });

    it("shows the name of a missing package", async () => {
      const image = `localhost:${registry.port}/shell/no-such-package`;
      const { code, stderr } = await engine.tryPull(image);
      expect(code).not.toBe(0);
      expect(stderr).toContain("no-such-package");
    });
  });
}

describe.skipIf(!hasPeer("containerd"))("containerd", () => {
  let containerd: Containerd;

  beforeAll(async () => {
    containerd = await startContainerd();
  });

  afterAll(() => containerd.stop());

  it.each([
    ["shell/git/hello", "linux/amd64"],
    ["python3/curl", "linux/amd64"],
    ["arm64/hello", "linux/arm64"],
  ])("pulls %s", async (name, platform) => {
    const output = await containerd.pull(`${registry.host}/${name}:latest`, platform);
    expect(output).toMatch(/^done/m);
  });
});

function crane(command: string, ...args: readonly string[]): Promise<string> {
  return runCommand(peer("crane"), [command, "--insecure", ...args]);
}

describe.skipIf(!hasPeer("crane"))("crane", () => {
  it.each(["shell/git/hello", "arm64/hello"])("finds %s valid", async (name) => {
    const reference = `${registry.host}/${name}`;
    expect(await crane("validate", "--remote", reference)).toMatch(/^PASS: /);
    const digest = (await crane("digest", reference)).trim();
    const manifest = await crane("manifest", `${reference}@${digest}`);
    expect(`sha256:${createHash("sha256").update(manifest).digest("hex")}`).toBe(digest);
  });

  it("shows the name of a missing package", async () => {
    const manifest = crane("manifest", `${registry.host}/shell/no-such-package`);
    await expect(manifest).rejects.toThrow(/MANIFEST_UNKNOWN: .*no-such-package/);
  });
});

describe.skipIf(!hasPeer("skopeo") || !hasPeer("umoci"))("skopeo and umoci", () => {
  it.each([
    ["shell/git/hello", ["/bin/hello"], /^Hello, world!$/m],
    ["python3/curl", ["/bin/python3", "-c", "import ssl, json; print('ok')"], /^ok$/m],
  ])("unpack %s and run it", async (name, command, output) => {
    const image = await unpackImage(registry.host, name);
    try {
      expect(await image.run(command)).toMatch(output);
    } finally {
      await image.remove();
    }
  });

  it.skipIf(!hasPeer("qemu-aarch64-static"))("unpack arm64/hello and emulate it", async () => {
    const image = await unpackImage(registry.host, "arm64/hello");
    try {
      expect(await image.run(["/bin/hello"], "qemu-aarch64-static")).toBe("Hello, world!\n");
    } finally {
      await image.remove();
    }
  });
});
