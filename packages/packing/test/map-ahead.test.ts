import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { mapAhead } from "../src/map-ahead.ts";

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number += 1) {
    yield number;
  }
}

it("maps in order, with no more items ahead than it may", async () => {
  let started = 0;
  let mostAhead = 0;
  const seen: number[] = [];
  const map = async (number: number): Promise<number> => {
    started += 1;
    mostAhead = Math.max(mostAhead, started - seen.length);
    // Later items are ready earlier.
    for (let turn = number % 4; turn < 4; turn += 1) {
      await setImmediate();
    }
    return number;
  };
  for await (const number of mapAhead(numbers(50), 4, map)) {
    seen.push(number);
  }
  expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index));
  expect(mostAhead).toBe(4);
});

it.each(["stops", "fails"])(
  "awaits the running calls when the reader or a call %s",
  async (how) => {
    const failure = new Error("the first item");
    let running = 0;
    const map = async (number: number): Promise<number> => {
      running += 1;
      await setImmediate();
      if (how === "fails" && number === 0) {
        running -= 1;
        throw failure;
      }
      await setImmediate();
      running -= 1;
      return number;
    };
    const reading = (async () => {
      for await (const _ of mapAhead(numbers(50), 4, map)) {
        break;
      }
    })();
    const error = await reading.catch((thrown: unknown) => thrown);
    expect(error).toBe(how === "fails" ? failure : undefined);
    expect(running).toBe(0);
  },
);
