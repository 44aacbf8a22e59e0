import { inspect } from "node:util";

/** Severities of Google Cloud Logging that the server uses. */
type Severity = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** Structured fields of a log entry; must be JSON. */
type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  /** `error` may be anything that was thrown, or `undefined` when nothing was. */
  warning(message: string, error?: unknown, fields?: LogFields): void;
  error(message: string, error: unknown, fields?: LogFields): void;
}

export interface LoggerOptions {
  /** `json` is one object a line that Google Cloud Logging understands; `text` is for people. */
  readonly format: "json" | "text";
  write(line: string): void;
  readonly version: string;
  /** @defaultValue the current time */
  readonly now?: (() => Date) | undefined;
  /** @defaultValue false */
  readonly debug?: boolean | undefined;
}

/** Marks an entry as an Error Reporting event (Google Cloud, "Format errors in logs"). */
const errorEventType =
  "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent";

/** Logs one entry a line. */
export function createLogger(options: LoggerOptions): Logger {
  const now = options.now ?? ((): Date => new Date());
  const format = options.format === "json" ? formatJson : formatText;
  const log = (severity: Severity, message: string, fields: LogFields): void => {
    options.write(format({ severity, message, timestamp: now().toISOString(), ...fields }));
  };
  const event = { "@type": errorEventType };
  const serviceContext = { service: "nixery", version: options.version };
  return {
    debug: (message, fields = {}) => {
      if (options.debug === true) {
        log("DEBUG", message, fields);
      }
    },
    info: (message, fields = {}) => log("INFO", message, fields),
    warning: (message, error, fields = {}) => {
      const thrown = error === undefined ? {} : { error: describeError(error) };
      log("WARNING", message, { ...fields, ...thrown });
    },
    error: (message, error, fields = {}) => {
      log("ERROR", message, { ...fields, ...event, serviceContext, error: describeError(error) });
    },
  };
}

/** Everything about something that was thrown, with its causes. */
function describeError(error: unknown): string {
  try {
    return error instanceof Error ? inspect(error, { depth: 3 }) : inspect(error);
  } catch {
    return "an error that cannot be inspected";
  }
}

type Entry = LogFields & { severity: Severity; message: string; timestamp: string };

function formatJson(entry: Entry): string {
  try {
    return JSON.stringify(entry);
  } catch (error) {
    const { severity, message, timestamp } = entry;
    return JSON.stringify({ severity, message, timestamp, unloggable: describeError(error) });
  }
}

function formatText(entry: Entry): string {
  const { severity, message, timestamp, error, ...rest } = entry;
  const fields = Object.entries(rest)
    .filter(([name, value]) => value !== undefined && !hiddenFields.has(name))
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : inspect(value)}`);
  const head = [timestamp.slice(11, 19), severity.padEnd(7), message, ...fields].join(" ");
  return typeof error === "string" ? `${head}\n  ${error.replaceAll("\n", "\n  ")}` : head;
}

const hiddenFields: ReadonlySet<string> = new Set(["@type", "serviceContext"]);
