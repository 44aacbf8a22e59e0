import { stripVTControlCharacters } from "node:util";
import {
  activityBuild,
  firstField,
  isForUsers,
  type NixEvent,
  parseNixEvent,
  positionLine,
  resultBuildLogLine,
  resultPostBuildLogLine,
} from "./nix-event.ts";

/** An error as Nix reported it. */
export interface NixLogError {
  /** Without colours, source excerpts and trace; may have several lines. */
  readonly message: string;
}

/** Reads what Nix prints with `--log-format internal-json`, and keeps a bounded part of it. */
export interface NixLog {
  /** Adds one line of Nix's standard error. */
  push(line: string): void;
  /** The last lines, as they look on a terminal. */
  tail(): readonly string[];
  /** The first errors, in their order. */
  errors(): readonly NixLogError[];
  /** The last lines that the builder of a derivation printed. */
  builderTail(derivation: string): readonly string[];
  /** The last mark that the evaluated expression set with `builtins.trace`. */
  mark(): string | undefined;
}

export interface NixLogOptions {
  readonly onLine?: ((line: string) => void) | undefined;
  /** Lines that `tail` keeps. */
  readonly maxLines: number;
}

/** Text before a mark in `builtins.trace`. */
export const markPrefix = "nixery-package: ";

const maxErrors = 20;
const maxErrorLength = 8000;
const maxBuilders = 32;
const maxBuilderLines = 10;
const maxLineLength = 1000;

/** Advice about the commands of this package. */
const ignored = [
  /^warning: you did not specify '--add-root'/,
  /^warning: '--json' without '--json-format'/,
];

export function createNixLog(options: NixLogOptions): NixLog {
  const tail: string[] = [];
  const errors: NixLogError[] = [];
  const builders = new Map<string, string[]>();
  const derivations = new Map<unknown, string>();
  let mark: string | undefined;

  const addText = (text: string): void => {
    for (const whole of plain(text).split("\n")) {
      const line = cut(whole.trimEnd());
      if (line === "" || ignored.some((pattern) => pattern.test(line))) {
        continue;
      }
      keep(tail, line, options.maxLines);
      options.onLine?.(line);
    }
  };

  const addError = (text: string): void => {
    if (errors.length < maxErrors) {
      errors.push({ message: plain(text).slice(0, maxErrorLength) });
    }
  };

  const start = (event: NixEvent): void => {
    const derivation = firstField(event);
    if (event.type === activityBuild && derivation !== undefined) {
      derivations.set(event.id, derivation);
      builders.delete(derivation);
      builders.set(derivation, []);
      if (builders.size > maxBuilders) {
        builders.delete(builders.keys().next().value!);
      }
    }
    if (isForUsers(event)) {
      addText(asText(event.text));
    }
  };

  const result = (event: NixEvent): void => {
    if (event.type !== resultBuildLogLine && event.type !== resultPostBuildLogLine) {
      return;
    }
    const line = firstField(event) ?? "";
    const lines = builders.get(derivations.get(event.id) ?? "");
    if (lines !== undefined && line.trim() !== "") {
      keep(lines, cut(plain(line).trimEnd()), maxBuilderLines);
    }
    addText(line);
  };

  const message = (event: NixEvent): void => {
    const text = plain(asText(event.msg));
    const trace = `trace: ${markPrefix}`;
    if (text.startsWith(trace)) {
      mark = text.slice(trace.length);
    } else if (event.level === 0 && typeof event.raw_msg === "string") {
      addError(event.raw_msg);
      addText(`error: ${event.raw_msg}${positionLine(event)}`);
    } else {
      addText(text);
    }
  };

  const other = (line: string): void => {
    const text = plain(line);
    if (text.startsWith("error: ")) {
      addError(text.slice("error: ".length));
    }
    addText(line);
  };

  return {
    push(line) {
      const event = parseNixEvent(line);
      if (event === undefined) {
        other(line);
      } else if (event.action === "msg") {
        message(event);
      } else if (event.action === "start") {
        start(event);
      } else if (event.action === "result") {
        result(event);
      } else if (event.action === "stop") {
        derivations.delete(event.id);
      }
    },
    tail: () => [...tail],
    errors: () => [...errors],
    builderTail: (derivation) => [...(builders.get(derivation) ?? [])],
    mark: () => mark,
  };
}

function keep(lines: string[], line: string, maxLines: number): void {
  lines.push(line);
  if (lines.length > maxLines) {
    lines.shift();
  }
}

function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll("\r", "");
}

function cut(line: string): string {
  return line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
