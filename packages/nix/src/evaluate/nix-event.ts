/** An event of Nix's `--log-format internal-json` (nix/src/libutil/logging.cc); unchecked. */
export interface NixEvent {
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

/** Activity and result types of nix/src/libutil/logging.hh; unchanged since Nix 2.4. */
export const activityBuild = 105;
export const resultBuildLogLine = 101;
export const resultPostBuildLogLine = 107;
/** Messages above this level are for debugging Nix. */
const levelInfo = 3;

const prefix = "@nix ";

/** The event on a line of standard error; `undefined` for any other line. */
export function parseNixEvent(line: string): NixEvent | undefined {
  if (!line.startsWith(prefix)) {
    return undefined;
  }
  try {
    const event: unknown = JSON.parse(line.slice(prefix.length));
    return typeof event === "object" && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the event is shown by default. */
export function isForUsers({ level }: NixEvent): boolean {
  return typeof level === "number" && level <= levelInfo;
}

export function firstField({ fields }: NixEvent): string | undefined {
  const field: unknown = Array.isArray(fields) ? fields[0] : undefined;
  return typeof field === "string" ? field : undefined;
}

/**
 * The place of an error in the package set, as a line of its own; empty when there is none. The
 * trace that Nix prints beside it starts in this package's own expression.
 */
export function positionLine({ file, line }: NixEvent): string {
  return typeof file === "string" && typeof line === "number"
    ? `\nat ${file.replace(/(:\d+)+$/, "")}:${line}`
    : "";
}
