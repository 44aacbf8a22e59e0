import { readdir, readFile, readlink } from "node:fs/promises";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { bytesOf } from "../src/byte-string.ts";
import { packTar } from "../src/tar/pack-tar.ts";
import type { TarEntry } from "../src/tar/tar-entry.ts";
import { bytes, list, unpack } from "./support/tar.ts";
import { temporary } from "./support/tree.ts";

async function* from(entries: readonly TarEntry[]): AsyncGenerator<TarEntry> {
  yield* entries;
}

function file(name: string, content: string | AsyncIterable<Uint8Array>, size?: number): TarEntry {
  const body = typeof content === "string" ? Buffer.from(content) : content;
  const length = body instanceof Uint8Array ? body.length : (size ?? 0);
  return { type: "file", name, mode: 0o444, size: length, content: body };
}

it("writes entries as given, owned by nobody in particular, at the time of a store", async () => {
  const tar = await bytes(
    packTar(
      from([
        { type: "directory", name: "nix", mode: 0o755 },
        { type: "directory", name: "nix/sticky", mode: 0o1777 },
        file("nix/empty", ""),
        file("nix/full", "text"),
        { type: "symlink", name: "nix/link", target: "../full" },
      ]),
    ),
  );
  const common = { owner: "0:0::", mtime: 1000 };
  expect(await list(tar)).toEqual([
    { ...common, name: "nix/", type: "directory", mode: 0o755, linkname: null, content: "" },
    {
      ...common,
      name: "nix/sticky/",
      type: "directory",
      mode: 0o1777,
      linkname: null,
      content: "",
    },
    { ...common, name: "nix/empty", type: "file", mode: 0o444, linkname: null, content: "" },
    { ...common, name: "nix/full", type: "file", mode: 0o444, linkname: null, content: "text" },
    { ...common, name: "nix/link", type: "symlink", mode: 0o777, linkname: "../full", content: "" },
  ]);
});

function long(length: number): string {
  return "x".repeat(length);
}

async function* three(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("abc");
}

it("keeps names of any length and any bytes", async () => {
  const names = [
    ...[98, 99, 100, 101, 102, 154, 155, 156, 200, 255].map(long),
    ...[90, 99, 100, 101, 155].map((length) => `${long(99)}/${long(length)}`),
    bytesOf("ünï/cödé 🎉"),
    bytesOf("é".repeat(120)),
    "caf\u00e9",
    `${"\u00ff".repeat(200)}/\u0080`,
    "with\nnewline and \u0001 control",
  ];
  const entries: TarEntry[] = names.flatMap((name, index): TarEntry[] => [
    { type: "directory", name: `d${index}`, mode: 0o755 },
    ...name
      .split("/")
      .slice(0, -1)
      .map((part): TarEntry => ({ type: "directory", name: `d${index}/${part}`, mode: 0o755 })),
    { type: "directory", name: `d${index}/${name}`, mode: 0o755 },
    file(`d${index}/${name}/f`, `content ${index}`),
    { type: "symlink", name: `d${index}/link`, target: name },
  ]);
  const directory = await temporary();
  await unpack(await bytes(packTar(from(entries))), directory);
  for (const [index, name] of names.entries()) {
    const path = Buffer.from(`${directory}/d${index}/${name}/f`, "latin1");
    expect(await readFile(path, "utf8")).toBe(`content ${index}`);
    const target = await readlink(`${directory}/d${index}/link`, { encoding: "latin1" });
    expect(target).toBe(name);
  }
});

it("names directories whose last part fills the header", async () => {
  const entries: TarEntry[] = [99, 100, 101].map((length) => ({
    type: "directory",
    name: "d".repeat(length),
    mode: 0o755,
  }));
  const directory = await temporary();
  const tar = await bytes(packTar(from(entries)));
  await unpack(tar, directory);
  expect((await readdir(directory)).map((name) => name.length).toSorted((a, b) => a - b)).toEqual([
    99, 100, 101,
  ]);
  expect((await list(tar)).map(({ name }) => name.replace(/\/$/, "").length)).toEqual([
    99, 100, 101,
  ]);
});

it("writes sizes that octal digits cannot", async () => {
  const size = 9 * 2 ** 30;
  for await (const header of packTar(from([file("huge", three(), size)]))) {
    // Base 256 with the top bit set, as GNU tar and Go read and write it.
    expect(header.at(124)).toBe(0x80);
    expect(Buffer.from(header).readBigUInt64BE(124 + 4)).toBe(BigInt(size));
    break;
  }
});

it("streams a file whose size is not a multiple of anything", async () => {
  const parts = [1, 511, 513, 70_000, 3].map((length) => Buffer.alloc(length, length % 251));
  const whole = Buffer.concat(parts);
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* parts;
  }
  const [entry] = await list(await bytes(packTar(from([file("f", stream(), whole.length)]))));
  expect(Buffer.from(entry?.content ?? "", "latin1").equals(whole)).toBe(true);
});

it("fails when a file is shorter or longer than it said", async () => {
  await expect(bytes(packTar(from([file("f", three(), 2)])))).rejects.toThrow("Size mismatch");
  await expect(bytes(packTar(from([file("f", three(), 4)])))).rejects.toThrow("Size mismatch");
});

it("passes on what the entries throw, and closes them when the reader leaves", async () => {
  const mine = { reason: "mine" };
  // oxlint-disable-next-line require-yield
  async function* failing(): AsyncGenerator<TarEntry> {
    throw mine;
  }
  await expect(bytes(packTar(failing()))).rejects.toBe(mine);

  let isClosed = false;
  async function* endless(): AsyncGenerator<TarEntry> {
    try {
      for (let count = 0; ; count++) {
        yield file(`f${count}`, "x".repeat(5000));
      }
    } finally {
      isClosed = true;
    }
  }
  for await (const _ of packTar(endless())) {
    break;
  }
  expect(isClosed).toBe(true);
});

it("is read back whatever the entries", async () => {
  const name = fc
    .array(fc.stringMatching(/^[a-z0-9._-]{1,40}$/), { minLength: 1, maxLength: 8 })
    .map((parts) => `r/${parts.join("/")}`);
  const entries = fc.array(fc.record({ name, content: fc.string({ maxLength: 3000 }) }));
  await fc.assert(
    fc.asyncProperty(entries, async (given) => {
      const tar = await bytes(packTar(from(given.map((entry) => file(entry.name, entry.content)))));
      const read = await list(tar);
      expect(read.map((entry) => [entry.name, entry.content])).toEqual(
        given.map((entry) => [entry.name, Buffer.from(entry.content).toString("latin1")]),
      );
    }),
    { numRuns: 50 },
  );
});
