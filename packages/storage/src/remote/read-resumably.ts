import { abortable } from "../abortable.ts";
import { resolveRange } from "../resolve-range.ts";
import type { ByteRange, ObjectInfo, ReadResult } from "../storage.ts";
import { isAskable, refuseRange, replacedMeanwhile } from "./range-request.ts";
import type { Operation } from "./remote-failure.ts";
import { resumeBody } from "./resume-body.ts";

/** A response with the bytes of an object. */
export interface OpenedObject {
  readonly info: ObjectInfo;
  readonly body: AsyncIterable<Uint8Array>;
  /** Closes the connection of a body that is not read to its end. */
  close(): void;
}

/** How a backend opens one object. */
export interface ObjectReader {
  /**
   * Requests the object, or a part of it, or rejects unless it has `version`. `undefined` when there
   * is no object, `"unsatisfiable"` when the range does not start inside it.
   */
  open(
    range: ByteRange | undefined,
    version: string | undefined,
  ): Promise<OpenedObject | "unsatisfiable" | undefined>;
  /** As for `resumeBody`. */
  recover(error: unknown, failures: number): Promise<void>;
  /**
   * Checks the body of a whole object.
   * @defaultValue the body is not checked
   */
  check?(body: AsyncIterable<Uint8Array>, opened: OpenedObject): AsyncIterable<Uint8Array>;
}

export interface ReadResumablyOptions {
  readonly range: ByteRange | undefined;
  readonly operation: Operation;
  /** The object as it is now. */
  lookUp(): Promise<ObjectInfo | undefined>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Opens an object, or the part of it that `range` selects. After a broken connection the body goes
 * on with the same version of the object.
 */
export async function readResumably(
  reader: ObjectReader,
  options: ReadResumablyOptions,
): Promise<ReadResult | undefined> {
  const { range, operation, signal } = options;
  const refuse = (): Promise<undefined> =>
    refuseRange(range, operation, async () => await options.lookUp());
  if (range !== undefined && !isAskable(range)) {
    return await refuse();
  }
  const first = await reader.open(range, undefined);
  if (first === undefined) {
    return undefined;
  }
  if (first === "unsatisfiable") {
    return await refuse();
  }
  let opened = first;
  const { info } = first;
  const { start, length } = resolveRange(range, info, operation.backend);
  const resumed = resumeBody({
    first: first.body,
    length,
    async open(offset) {
      const rest = { start: start + offset, end: start + length - 1 };
      const again = await reader.open(rest, info.version);
      if (again === undefined || again === "unsatisfiable") {
        throw replacedMeanwhile(operation);
      }
      opened = again;
      return again.body;
    },
    recover: (error, failures) => reader.recover(error, failures),
  });
  const body = range === undefined ? (reader.check?.(resumed, first) ?? resumed) : resumed;
  return { info, body: abortable(body, { signal, close: () => opened.close() }) };
}
