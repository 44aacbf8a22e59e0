import { expect, test } from "vitest";
import { createProgress } from "../../src/popcount/progress.ts";
import { collectText } from "../support/collect-text.ts";

test("a terminal shows a bar, which gives way to messages", () => {
  const output = collectText({ isTTY: true, columns: 70 });
  let time = 0;
  const progress = createProgress({ output, now: () => time });
  progress.update({ done: 0, total: 4000, missing: 0, retries: 0 });
  time = 50;
  progress.update({ done: 500, total: 4000, missing: 0, retries: 0 });
  time = 1000;
  progress.update({ done: 1000, total: 4000, missing: 2, retries: 3 });
  progress.note("hello");
  progress.end();
  expect(output.text().split("\r\u001b[K")).toEqual(
    [
      "",
      "[....................]   0%  0 of 4,000 paths",
      "[#####...............]  25%  1,000 of 4,000 paths, 1,000/s, 0:03 left,",
      "popcount: hello\n",
    ].map((line) => line.slice(0, line.endsWith("\n") ? undefined : 69)),
  );
});

test("other outputs show a line every ten seconds", () => {
  const output = collectText();
  let time = 0;
  const progress = createProgress({ output, now: () => time });
  for (; time <= 25_000; time += 100) {
    progress.update({ done: 1000 + time / 100, total: 9000, missing: 0, retries: 1 });
  }
  progress.note("done");
  progress.end();
  expect(output.text()).toBe(
    "popcount: 1,100 of 9,000 paths, 10/s, 13:10 left, 1 retries\n" +
      "popcount: 1,200 of 9,000 paths, 10/s, 13:00 left, 1 retries\n" +
      "popcount: done\n",
  );
});

test("without a total there is no bar and no remaining time", () => {
  const output = collectText({ isTTY: true });
  let time = 0;
  const progress = createProgress({ output, now: () => time });
  time = 2000;
  progress.update({ done: 0, total: undefined, missing: 0, retries: 0 });
  time = 4000;
  progress.update({ done: 1_234_567, total: undefined, missing: 0, retries: 0 });
  expect(output.text()).toContain("\r\u001b[K1,234,567 paths, 308,642/s");
});
