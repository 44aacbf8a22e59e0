import type { CountProgress } from "@nixery/popcount";
import type { TextOutput } from "../command.ts";

export interface ProgressOptions {
  readonly output: TextOutput;
  /**
   * A monotonic clock in milliseconds.
   * @defaultValue performance.now
   */
  readonly now?: (() => number) | undefined;
}

/** Shows the progress of a count: a bar on a terminal, a line every ten seconds elsewhere. */
export interface Progress {
  update(progress: CountProgress): void;
  /** Writes a message on a line of its own. */
  note(message: string): void;
  /** Removes the bar. */
  end(): void;
}

const barInterval = 100;
const lineInterval = 10_000;
const clearLine = "\r\u001b[K";

export function createProgress({
  output,
  now = () => performance.now(),
}: ProgressOptions): Progress {
  const isTerminal = output.isTTY === true;
  const started = now();
  // A bar appears at once, a first line after an interval: short counts need none.
  let last = isTerminal ? -Infinity : started;
  let from: number | undefined;
  let isShown = false;

  const clear = (): void => {
    if (isShown) {
      output.write(clearLine);
      isShown = false;
    }
  };
  return {
    update(progress) {
      // Paths of an earlier run do not count for the speed of this one.
      from ??= progress.done;
      const time = now();
      if (time - last < (isTerminal ? barInterval : lineInterval)) {
        return;
      }
      last = time;
      const text = describe(progress, (progress.done - from) / ((time - started) / 1000));
      if (isTerminal) {
        output.write(`${clearLine}${fit(bar(progress) + text, output.columns)}`);
        isShown = true;
      } else {
        output.write(`popcount: ${text}\n`);
      }
    },
    note(message) {
      clear();
      output.write(`popcount: ${message}\n`);
    },
    end: clear,
  };
}

function describe({ done, total, missing, retries }: CountProgress, rate: number): string {
  const parts = [`${group(done)}${total === undefined ? "" : ` of ${group(total)}`} paths`];
  if (Number.isFinite(rate) && rate > 0) {
    parts.push(`${group(Math.round(rate))}/s`);
    if (total !== undefined) {
      parts.push(`${duration((total - done) / rate)} left`);
    }
  }
  if (missing > 0) {
    parts.push(`${group(missing)} missing`);
  }
  if (retries > 0) {
    parts.push(`${group(retries)} retries`);
  }
  return parts.join(", ");
}

const width = 20;

function bar({ done, total }: CountProgress): string {
  if (total === undefined || total === 0) {
    return "";
  }
  const full = Math.floor((done / total) * width);
  const percent = String(Math.floor((done / total) * 100)).padStart(3);
  return `[${"#".repeat(full)}${".".repeat(width - full)}] ${percent}%  `;
}

/** A line that wraps could not be removed again. */
function fit(text: string, columns = 80): string {
  return text.slice(0, Math.max(columns - 1, 0));
}

/** `1234567` as `1,234,567`, whatever the locale. */
export function group(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  return `${minutes}:${String(whole % 60).padStart(2, "0")}`;
}
