/** Fields of every event that belongs to one request. */
interface OfRequest {
  readonly method: string;
  /** Request target as it was sent. */
  readonly url: string;
}

/** An event of a registry handler. */
export type RegistryEvent =
  /** The status line is known; a body may still have to be sent. */
  | (OfRequest & {
      readonly type: "request-answered";
      readonly userAgent: string | undefined;
      readonly status: number;
      /** Bytes that the body has or, for `HEAD`, would have. */
      readonly size: number;
      /** Milliseconds since the request arrived. */
      readonly duration: number;
    })
  /** The client read nothing of the response for `idleTimeout`, and the connection was closed. */
  | (OfRequest & {
      readonly type: "client-stalled";
      readonly userAgent: string | undefined;
    })
  /** A storage error or a defect; the response does not contain its text. */
  | (OfRequest & {
      readonly type: "request-failed";
      /** `"body"` when a part of the body was already sent, and the connection was closed. */
      readonly during: "answer" | "body";
      readonly error: unknown;
    });
