import { describe, expect, test } from "vitest";
import { createSharedOperations } from "../src/shared-operations.ts";
import { rejection } from "./support/rejection.ts";

async function unreachable(): Promise<never> {
  return await Promise.reject(new Error("It was started."));
}

describe("createSharedOperations", () => {
  test("runs once for all callers of a key, and again for later ones", async () => {
    const shared = createSharedOperations<number>();
    let runs = 0;
    const operation = async (): Promise<number> => ++runs;
    const results = await Promise.all([
      shared.run("a", operation, undefined),
      shared.run("a", operation, undefined),
      shared.run("b", operation, undefined),
    ]);
    expect(results).toEqual([1, 1, 2]);
    expect(await shared.run("a", operation, undefined)).toBe(3);
  });

  test("gives all callers its failure", async () => {
    const shared = createSharedOperations<number>();
    const failure = new Error("no");
    const operation = async (): Promise<number> => await Promise.reject(failure);
    const callers = [1, 2].map(async () => await rejection(shared.run("a", operation, undefined)));
    expect(await Promise.all(callers)).toEqual([failure, failure]);
  });

  test("is aborted by the last caller who leaves, and then starts anew", async () => {
    const shared = createSharedOperations<string>();
    const [one, other] = [new AbortController(), new AbortController()];
    const reason = new Error("left");
    let started = 0;
    let seen: AbortSignal | undefined;
    const operation = async (signal: AbortSignal): Promise<string> => {
      started++;
      seen = signal;
      return await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    };
    const first = rejection(shared.run("a", operation, one.signal));
    const second = rejection(shared.run("a", operation, other.signal));
    one.abort(reason);
    expect(await first).toBe(reason);
    expect(seen?.aborted).toBe(false);
    other.abort(reason);
    expect(await second).toBe(reason);
    expect(seen?.reason).toBe(reason);
    expect(await shared.run("a", async () => "anew", undefined)).toBe("anew");
    expect(started).toBe(1);
  });

  test("starts nothing for a signal that has fired", async () => {
    const shared = createSharedOperations<never>();
    const reason = new Error("too late");
    expect(await rejection(shared.run("a", unreachable, AbortSignal.abort(reason)))).toBe(reason);
  });
});
