import { stripVTControlCharacters } from "node:util";

/** An error as Nix reported it. */
export interface NixLogError {
  /** Without colours, source excerpts and trace; may have several lines. */
  readonly message: string;
}

/** Reads what Nix prints with `--log-format internal-json`, and keeps a bounded part of it. */
export interface NixLog {
  /** Takes one line of Nix's standard error. */
  readonly push: (line: string) => void;
  /** The last lines, as a person would have seen them. */
  readonly tail: () => readonly string[];
  /** The first errors, in the order Nix met them. */
  readonly errors: () => readonly NixLogError[];
  /** The last lines that the builder of a derivation printed. */
  readonly builderTail: (derivation: string) => readonly string[];
  /** The last mark that the evaluated expression set with `builtins.trace`. */
  readonly mark: () => string | undefined;
}

export interface NixLogOptions {
  readonly onLine?: ((line: string) => void) | undefined;
  /** Lines kept by `tail`. */
  readonly lines: number;
}

/** What `builtins.trace` puts before a mark. */
export const markPrefix = "nixery-package: ";

const keptErrors = 20;
const keptBuilders = 32;
const keptBuilderLines = 10;
const keptLineLength = 1000;

/** Activity and result types of nix/src/libutil/logging.hh; unchanged since Nix 2.4. */
const activityBuild = 105;
const resultBuildLogLine = 101;
const resultPostBuildLogLine = 107;
/** Messages above this are for those who debug Nix. */
const levelInfo = 3;

const notForUsers = [
  /^warning: you did not specify '--add-root'/,
  /^warning: '--json' without '--json-format'/,
];

interface LogEvent {
  readonly action?: unknown;
  readonly id?: unknown;
  readonly type?: unknown;
  readonly level?: unknown;
  readonly text?: unknown;
  readonly msg?: unknown;
  readonly raw_msg?: unknown;
  readonly fields?: unknown;
  readonly file?: unknown;
  readonly line?: unknown;
}

export function createNixLog(options: NixLogOptions): NixLog {
  const tail: string[] = [];
  const errors: NixLogError[] = [];
  const builders = new Map<string, string[]>();
  const derivations = new Map<unknown, string>();
  let mark: string | undefined;

  function say(text: string): void {
    for (const whole of plain(text).split("\n")) {
      const line = cut(whole.trimEnd());
      if (line === "" || notForUsers.some((pattern) => pattern.test(line))) {
        continue;
      }
      keep(tail, line, options.lines);
      options.onLine?.(line);
    }
  }

  function fail(text: string): void {
    if (errors.length < keptErrors) {
      errors.push({ message: plain(text).slice(0, 8000) });
    }
  }

  function begin(event: LogEvent): void {
    const derivation = firstField(event);
    if (event.type === activityBuild && derivation !== undefined) {
      derivations.set(event.id, derivation);
      builders.delete(derivation);
      builders.set(derivation, []);
      if (builders.size > keptBuilders) {
        builders.delete(builders.keys().next().value!);
      }
    }
    if (isNumber(event.level) && event.level <= levelInfo) {
      say(string(event.text));
    }
  }

  function result(event: LogEvent): void {
    if (event.type !== resultBuildLogLine && event.type !== resultPostBuildLogLine) {
      return;
    }
    const line = firstField(event) ?? "";
    const lines = builders.get(derivations.get(event.id) ?? "");
    if (lines !== undefined && line.trim() !== "") {
      keep(lines, cut(plain(line).trimEnd()), keptBuilderLines);
    }
    say(line);
  }

  function message(event: LogEvent): void {
    const text = plain(string(event.msg));
    const trace = `trace: ${markPrefix}`;
    if (text.startsWith(trace)) {
      mark = text.slice(trace.length);
      return;
    }
    if (event.level === 0 && typeof event.raw_msg === "string") {
      fail(event.raw_msg);
      say(`error: ${event.raw_msg}${position(event)}`);
    } else {
      say(text);
    }
  }

  function push(line: string): void {
    const event = parseEvent(line);
    if (event === undefined) {
      const text = plain(line);
      if (text.startsWith("error: ")) {
        fail(text.slice("error: ".length));
      }
      say(line);
    } else if (event.action === "msg") {
      message(event);
    } else if (event.action === "start") {
      begin(event);
    } else if (event.action === "result") {
      result(event);
    } else if (event.action === "stop") {
      derivations.delete(event.id);
    }
  }

  return {
    push,
    tail: () => [...tail],
    errors: () => [...errors],
    builderTail: (derivation) => [...(builders.get(derivation) ?? [])],
    mark: () => mark,
  };
}

function parseEvent(line: string): LogEvent | undefined {
  if (!line.startsWith("@nix ")) {
    return undefined;
  }
  try {
    const event: unknown = JSON.parse(line.slice("@nix ".length));
    return typeof event === "object" && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}

/** Where an evaluation failed; the trace that Nix prints beside it starts in our own expression. */
function position({ file, line }: LogEvent): string {
  if (typeof file !== "string" || !isNumber(line)) {
    return "";
  }
  return `\nat ${file.replace(/(:\d+)+$/, "")}:${line}`;
}

function firstField(event: LogEvent): string | undefined {
  const field: unknown = Array.isArray(event.fields) ? event.fields[0] : undefined;
  return typeof field === "string" ? field : undefined;
}

function keep(lines: string[], line: string, limit: number): void {
  lines.push(line);
  if (lines.length > limit) {
    lines.shift();
  }
}

function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r", "");
}

function cut(line: string): string {
  return line.length > keptLineLength ? `${line.slice(0, keptLineLength)}…` : line;
}

function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
