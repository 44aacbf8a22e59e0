/** Fields of every event that belongs to one build. */
interface InBuild {
  /** Unique to one build within this process. */
  readonly build: string;
  /** Canonical image name. */
  readonly image: string;
}

/**
 * What a builder tells about its work. The union is exhaustive: logs, metrics, progress and pages
 * are readers of it. Durations are in milliseconds, sizes in bytes.
 */
export type BuildEvent =
  | {
      readonly type: "image-requested";
      readonly name: string;
      readonly tag: string;
    }
  | {
      readonly type: "image-answered";
      readonly name: string;
      readonly tag: string;
      /**
       * Where the manifest came from, or why there is none: refused, failed by a fault of the
       * server, or the client left.
       */
      readonly outcome: "memory" | "storage" | "built" | "refused" | "failed" | "left";
      readonly duration: number;
    }
  /** As many builds as may run at the same time do, so that this one waits. */
  | (InBuild & {
      readonly type: "build-queued";
      /** Builds that wait, this one included. */
      readonly waiting: number;
    })
  | (InBuild & {
      readonly type: "source-resolved";
      readonly source: string;
      readonly tag: string;
      readonly revision: string | undefined;
    })
  | (InBuild & { readonly type: "nix-started"; readonly packages: readonly string[] })
  | (InBuild & { readonly type: "nix-line"; readonly line: string })
  | (InBuild & {
      readonly type: "nix-finished";
      readonly paths: number;
      readonly narSize: number;
      readonly duration: number;
    })
  | (InBuild & {
      readonly type: "layer-started";
      readonly layer: string;
      readonly paths: number;
      readonly narSize: number;
    })
  | (InBuild & {
      readonly type: "layer-progress";
      readonly layer: string;
      /** Bytes of tar made so far. */
      readonly done: number;
      readonly narSize: number;
    })
  | (InBuild & {
      readonly type: "layer-cached";
      readonly layer: string;
      readonly digest: string;
      readonly size: number;
    })
  | (InBuild & {
      readonly type: "layer-stored";
      readonly layer: string;
      readonly digest: string;
      readonly size: number;
      readonly duration: number;
    })
  | (InBuild & {
      readonly type: "image-stored";
      readonly digest: string;
      readonly layers: number;
      readonly size: number;
      readonly duration: number;
    })
  /** Turned away or failed; the duration is that since it was asked for. */
  | (InBuild & {
      readonly type: "build-failed";
      readonly error: unknown;
      readonly duration: number;
    })
  /** Nobody waits for it any more, or the builder was closed. */
  | (InBuild & { readonly type: "build-cancelled"; readonly duration: number })
  /** The package source could not say what a tag is. */
  | {
      readonly type: "source-failed";
      readonly source: string;
      readonly tag: string;
      readonly error: unknown;
      readonly duration: number;
    }
  /** Something went wrong that the image survived, such as a cache entry that cannot be written. */
  | { readonly type: "warning"; readonly message: string; readonly error: unknown };
