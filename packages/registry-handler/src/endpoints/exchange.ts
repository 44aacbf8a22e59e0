import type { Content } from "@nixery/content";
import type { ImageSource } from "@nixery/image-source";

/** Shared by all requests. */
export interface Registry {
  readonly images: ImageSource;
  readonly content: Content;
  /** Milliseconds that a client waits for an image. */
  maxBuildWait(userAgent: string | undefined): number;
}

/** One request, apart from its path. */
export interface Exchange {
  readonly method: string;
  readonly signal: AbortSignal | undefined;
  /** The value of a header; repeated ones are joined as in RFC 9110, 5.3. */
  header(name: string): string | undefined;
  /** Reports an error that the response does not contain, unless the request was aborted. */
  onFailure(during: "answer" | "body", error: unknown): void;
}
