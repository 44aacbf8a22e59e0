/** Fields of every event that belongs to one build. */
export interface InBuild {
  /** Unique to one build within this process. */
  readonly build: string;
  /** Canonical image name. */
  readonly image: string;
}

/**
 * A report of the builder's work. The union is exhaustive: logs, metrics, progress and pages are
 * readers of it. Durations are in milliseconds, sizes in bytes.
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
       * Where the image came from, or why there is none: refused, failed by a fault of the server,
       * or aborted by the client.
       */
      readonly outcome: "memory" | "storage" | "built" | "refused" | "failed" | "aborted";
      /** Digest of the manifest; `undefined` without an image. */
      readonly digest: string | undefined;
      readonly duration: number;
    }
  /** The build waits for its turn. */
  | (InBuild & {
      readonly type: "build-queued";
      /** Number of waiting builds, this one included. */
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
  /** The layers and the config are stored. Manifests follow when they are asked for. */
  | (InBuild & {
      readonly type: "image-stored";
      /** Digest of the config, which container engines show as the image's id. */
      readonly config: string;
      readonly layerCount: number;
      /** Sum of the layers' sizes. */
      readonly size: number;
      readonly duration: number;
    })
  /** The build was refused or failed; the duration counts from the request. */
  | (InBuild & {
      readonly type: "build-failed";
      readonly error: unknown;
      readonly duration: number;
    })
  /** No client waits for the build any more, or the builder was closed. */
  | (InBuild & { readonly type: "build-aborted"; readonly duration: number })
  /** The package source failed to look up a tag. */
  | {
      readonly type: "source-failed";
      readonly source: string;
      readonly tag: string;
      readonly error: unknown;
      readonly duration: number;
    }
  /** A failure that affected no image, such as a cache entry that cannot be written. */
  | { readonly type: "warning"; readonly message: string; readonly error: unknown };
