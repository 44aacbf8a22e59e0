import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { resolveChannel } from "@nixery/binary-cache";
import { startFlakyServer } from "./support/flaky-server.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";

const revision = "0123456789abcdef0123456789abcdef01234567";

test("follows a channel to its release and takes the list from there", async () => {
  await using server = await startFlakyServer({
    files: new Map([["/releases/24.05pre1/git-revision", `${revision}\n`]]),
    handle: (request, response) => {
      if (request.url !== "/channels/nixos-unstable/git-revision") {
        return false;
      }
      response.writeHead(302, { location: "/releases/24.05pre1/git-revision" }).end();
      return true;
    },
  });
  expect(await resolveChannel(`${server.url}/channels/nixos-unstable/`)).toEqual({
    name: "nixos-unstable",
    revision,
    storePaths: new URL(`${server.url}/releases/24.05pre1/store-paths.xz`),
  });
});

test("reads a channel from a directory", async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, "my-channel");
  await mkdir(path);
  await writeFile(join(path, "git-revision"), revision);
  expect(await resolveChannel(path)).toEqual({
    name: "my-channel",
    revision,
    storePaths: pathToFileURL(join(path, "store-paths.xz")),
  });
});

test.each([
  [undefined, "does not exist"],
  ["<html>", "does not contain a commit"],
])("a channel whose revision is %j does not exist", async (body, message) => {
  const files = new Map(body === undefined ? [] : [["/c/git-revision", body]]);
  await using server = await startFlakyServer({ files });
  await expect(resolveChannel(`${server.url}/c`)).rejects.toMatchObject({
    code: "ERR_BINARY_CACHE_NOT_FOUND",
    message: expect.stringContaining(message),
  });
});
