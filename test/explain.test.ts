import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serverEnvironment } from "../examples/packages/server-environment.mjs";
import { bundledPackages } from "./support/bundled-packages.ts";
import { runCommand, tryCommand } from "./support/command.ts";
import { pullImage, tarEntries } from "./support/pull.ts";
import { startRegistry, type Registry } from "./support/registry.ts";
import { inRepository } from "./support/repository.ts";

let registry: Registry;
let environment: Readonly<Record<string, string>>;

const image = "shell/git";
const nixery = ["--conditions=@nixery/source", inRepository("packages/cli/src/main.ts")];

interface Explained {
  readonly layers: readonly {
    readonly paths: readonly string[];
    readonly narSize: number;
    readonly reason: string;
    readonly stored?: { readonly digest: string };
  }[];
}

beforeAll(async () => {
  registry = await startRegistry();
  environment = {
    ...serverEnvironment(await bundledPackages()),
    STORAGE_PATH: registry.storage,
    HOME: join(registry.storage, "home"),
  };
});

afterAll(() => registry.stop());

async function explain(): Promise<Explained> {
  const args = [...nixery, "explain", image, "--json"];
  const explained: Explained = JSON.parse(
    await runCommand(process.execPath, args, { env: environment }),
  );
  return explained;
}

it("lists the layers of a pull before it", async () => {
  const before = await explain();
  expect(before.layers.every(({ stored }) => stored === undefined)).toBe(true);
  expect(before.layers.every(({ reason }) => reason.length > 0)).toBe(true);

  const { manifest, tars } = await pullImage(registry.url, image);
  const pulled = await Promise.all(
    tars.map(async (tar) => {
      const names = (await tarEntries(tar)).map(({ name }) => name);
      return [...new Set(names.flatMap((name) => /^nix\/store\/[^/]+/.exec(name)?.[0] ?? []))]
        .map((path) => `/${path}`)
        .toSorted();
    }),
  );
  expect(before.layers.map(({ paths }) => paths.toSorted())).toEqual(pulled);

  const after = await explain();
  expect(after.layers.map(({ stored }) => stored?.digest)).toEqual(
    manifest.layers.map(({ digest }) => digest),
  );
});

it("prints the size, the packages and the reason of each layer", async () => {
  const text = await runCommand(process.execPath, [...nixery, "explain", image], {
    env: environment,
  });
  expect(text).toMatch(/^shell\/git: \d+ layers, [\d.]+ MiB unpacked, \d+ of them stored already/);
  expect(text).toMatch(/^ +git-2\.\d+/m);
});

it("reports a missing package in one line", async () => {
  const args = [...nixery, "explain", "shell/no-such-package"];
  const { code, stderr } = await tryCommand(process.execPath, args, { env: environment });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^nixery: .*no-such-package.*\n$/);
});
