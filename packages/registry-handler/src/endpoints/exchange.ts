import type { Storage } from "@nixery/storage";
import type { ImageSource } from "./image-source.ts";
import type { ManifestReader } from "./manifest-reader.ts";
import type { RegistryRequest } from "./registry-handler.ts";

/** What the endpoints share. */
export interface Registry {
  readonly images: ImageSource;
  readonly storage: Storage;
  readonly manifests: ManifestReader;
  /** Milliseconds that a client waits for an image. */
  readonly patienceOf: (userAgent: string | undefined) => number;
}

/** One request on its way through an endpoint. */
export interface Exchange {
  readonly request: RegistryRequest;
  readonly query: URLSearchParams;
  readonly isHead: boolean;
  readonly signal: AbortSignal | undefined;
  /** Takes an error that happens when the status line is already sent. */
  readonly onBodyError: (error: unknown) => void;
}
