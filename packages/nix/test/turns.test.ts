import { expect, test } from "vitest";
import { createTurns } from "../src/turns.ts";
import { rejection } from "./support/rejection.ts";

test("a few operations run at the same time, the others in their order", async () => {
  const inTurn = createTurns(2);
  const { signal } = new AbortController();
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const begun: number[] = [];
  const results = gates.map(({ promise }, index) =>
    inTurn(async () => {
      begun.push(index);
      await promise;
      return index;
    }, signal),
  );
  gates[1]!.resolve();
  expect(await results[1]).toBe(1);
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  gates.forEach(({ resolve }) => resolve());
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
});

test("one that is aborted while it waits is rejected at once and never called", async () => {
  const inTurn = createTurns(1);
  const { signal } = new AbortController();
  const gate = Promise.withResolvers<string>();
  const first = inTurn(() => gate.promise, signal);
  const controller = new AbortController();
  const called: string[] = [];
  const call = (name: string) => async (): Promise<number> => called.push(name);
  const waiting = rejection(inTurn(call("waiting"), controller.signal));
  const reason = new Error("left");
  controller.abort(reason);
  expect(await waiting).toBe(reason);
  expect(await rejection(inTurn(call("gone"), controller.signal))).toBe(reason);
  const last = inTurn(call("last"), signal);
  gate.resolve("first");
  expect([await first, await last]).toEqual(["first", 1]);
  expect(called).toEqual(["last"]);
});

test("one that runs ends when it has cleaned up, and a failure passes the turn on", async () => {
  const inTurn = createTurns(1);
  const controller = new AbortController();
  const { signal } = controller;
  const cleaning = Promise.withResolvers<void>();
  const running = inTurn(async () => await cleaning.promise.then(() => "cleaned"), signal);
  await Promise.resolve();
  controller.abort();
  cleaning.resolve();
  expect(await running).toBe("cleaned");
  const other = new AbortController().signal;
  const reason = new Error("it failed");
  expect(await rejection(inTurn(() => Promise.reject(reason), other))).toBe(reason);
  expect(await inTurn(async () => "free", other)).toBe("free");
});
