/** Fields of every event that belongs to one request. */
interface OfRequest {
  readonly method: string;
  /** Request target as it was sent. */
  readonly url: string;
}

/** What a registry handler tells about its work. */
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
  /** The client took nothing of the answer for `idleTimeout`, and the connection was cut. */
  | (OfRequest & {
      readonly type: "client-stalled";
      readonly userAgent: string | undefined;
    })
  /** Something that the client is not told: a storage error, or a defect. */
  | (OfRequest & {
      readonly type: "request-failed";
      /** `"body"` when a part of the body was already on its way, and the connection was cut. */
      readonly during: "answer" | "body";
      readonly error: unknown;
    });
