import { changingLists } from "./changing-results.ts";
import { type Fault, describing, replacing } from "./fault.ts";

const epoch = new Date(0);

const atWrite = "modification times are the time of the write";

export const modifiedFaults: readonly Fault[] = [
  {
    name: "lists no modification times",
    into: (sound) =>
      changingLists(sound, (info) => ({ ...info, modified: undefined as unknown as Date })),
    foundBy: atWrite,
  },
  {
    name: "shows modification times as texts",
    into: (sound) =>
      describing(sound, (info) =>
        "modified" in info ? { ...info, modified: String(info.modified) } : info,
      ),
    foundBy: atWrite,
  },
  {
    name: "shows modification times in seconds",
    into: (sound) =>
      describing(sound, (info) =>
        "modified" in info ? { ...info, modified: new Date(Number(info.modified) / 1000) } : info,
      ),
    foundBy: atWrite,
  },
  {
    name: "shows the end of a lease as the modification time",
    into: (sound) =>
      describing(sound, (info) =>
        "modified" in info
          ? { ...info, modified: new Date(Number(info.modified) + 3_600_000) }
          : info,
      ),
    foundBy: atWrite,
  },
  {
    name: "shows a modification time a minute off in a listing",
    into: (sound) =>
      changingLists(sound, (info) => ({
        ...info,
        modified: new Date(Number(info.modified) - 30_000),
      })),
    foundBy: atWrite,
  },
  {
    name: "loses the modification time in a move",
    into(sound) {
      const moved = new Set<string>();
      const described = describing(sound, (info) =>
        moved.has(info.key) && "modified" in info ? { ...info, modified: epoch } : info,
      );
      return replacing(described, {
        async move(from, to, options) {
          await sound.move(from, to, options);
          moved.add(to);
        },
      });
    },
    foundBy: "modification times are there for a moved object",
    alone: true,
  },
  {
    name: "forgets modification times when the process ends",
    capabilities: ["reopen"],
    into: (sound) => sound,
    reopened: (sound) =>
      describing(sound, (info) => ("modified" in info ? { ...info, modified: epoch } : info)),
    foundBy: "modification times outlive the process",
    alone: true,
  },
];
