import { describe, expect, test } from "vitest";
import { parsePathInfo } from "../src/evaluate/parse-path-info.ts";

const one = "/nix/store/30ivfgl3k5dxn873fq5m2xivkbg4b6ld-hello-1";
const two = "/nix/store/2r65bnxf1r3f5nh9s1ywrdvmr38i3vgh-dep-1";
const closure = [
  { path: two, narSize: 344, references: [one] },
  { path: one, narSize: 288, references: [] },
];

/** Recorded from the versions named, with other store directories and hashes. */
const recorded: Readonly<Record<string, unknown>> = {
  "Nix 2.8": [
    {
      path: one,
      narHash: "sha256-Kz7d0+VY3MRwGN0zhI0EyhGWl7cwkPeJHRYdUObZb5k=",
      narSize: 288,
      references: [one],
      deriver: "/nix/store/b5vgm3r9vg62vfkb3hcxbhl51dsyhd8j-hello-1.drv",
      registrationTime: 1795467287,
      ultimate: true,
    },
    {
      path: two,
      narHash: "sha256-GKKjLGEBQ8iINZgw5UjsG5kma7msY5a7BIZBX8IgCFo=",
      narSize: 344,
      references: [two, one],
      registrationTime: 1795467287,
      ultimate: true,
    },
  ],
  "Nix 2.26": {
    [one]: { ca: null, narSize: 288, references: [], signatures: [], ultimate: true },
    [two]: { ca: null, narSize: 344, references: [one, two], signatures: [], ultimate: true },
  },
  "Nix 2.34, format 1": {
    [one]: { narSize: 288, references: [], storeDir: "/nix/store", version: 1 },
    [two]: { narSize: 344, references: [one, one], storeDir: "/nix/store", version: 1 },
  },
  "Nix 2.34, format 2": {
    info: {
      "30ivfgl3k5dxn873fq5m2xivkbg4b6ld-hello-1": { narSize: 288, references: [], version: 2 },
      "2r65bnxf1r3f5nh9s1ywrdvmr38i3vgh-dep-1": {
        narSize: 344,
        references: [
          "2r65bnxf1r3f5nh9s1ywrdvmr38i3vgh-dep-1",
          "30ivfgl3k5dxn873fq5m2xivkbg4b6ld-hello-1",
        ],
        version: 2,
      },
    },
    storeDir: "/nix/store",
    version: 2,
  },
};

describe("parsePathInfo", () => {
  test.each(Object.entries(recorded))("parses the output of %s", (_version, document) => {
    expect(parsePathInfo(JSON.stringify(document))).toEqual(closure);
  });

  test.each([
    ["no JSON", "warning: x"],
    ["no object", "null"],
    ["an invalid path of Nix 2.8", `[{ "path": "${one}", "valid": false }]`],
    ["an invalid path of Nix 2.26", `{ "${one}": null }`],
    ["an invalid path of Nix 2.34", `{ "info": { "x": null }, "storeDir": "/s", "version": 2 }`],
    ["a size of another type", `{ "${one}": { "narSize": "288", "references": [] } }`],
    ["references of another type", `{ "${one}": { "narSize": 288, "references": [1] } }`],
    ["a relative path", `{ "hello-1": { "narSize": 288, "references": [] } }`],
    ["an array without objects", "[1]"],
  ])("rejects %s", (_name, text) => {
    expect(() => parsePathInfo(text)).toThrow(SyntaxError);
  });
});
