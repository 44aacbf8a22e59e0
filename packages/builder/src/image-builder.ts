import { parseImageName } from "@nixery/image-name";
import type {
  ImageRequest,
  ImageRequestOptions,
  ImageResult,
  ImageSource,
  Refusal,
} from "@nixery/image-source";
import { compareText } from "@nixery/kit/compare-text";
import { createEmit } from "@nixery/kit/create-emit";
import { createSingleFlight } from "@nixery/kit/single-flight";
import { unlessAborted } from "@nixery/kit/unless-aborted";
import type { ResolvedSource } from "@nixery/package-source";
import type { BuildEvent } from "./build-event.ts";
import { BuilderError } from "./builder-error.ts";
import type { ExplainedImage } from "./explain-image.ts";
import { type ImageFinder, openImageFinder } from "./image-finder.ts";
import { type ImageBuilderOptions, settingsOf } from "./options.ts";
import type { ImageRequestParts } from "./plan/plan-image.ts";
import { refusalOf, unknownTag } from "./refusal-of.ts";

/**
 * An image source that builds images when they are asked for. `image` rejects with what the storage
 * rejects with, with a `PackingError`, or with `signal.reason`.
 */
export interface ImageBuilder extends ImageSource {
  /** The layers that a pull would build, without building one; Nix realises the packages. */
  explain(
    request: Omit<ImageRequest, "format">,
    options?: ImageRequestOptions,
  ): Promise<ExplainedImage | Refusal>;
  /** Aborts the builds under way and waits until they have cleaned up; later requests are refused. */
  close(): Promise<void>;
}

type Outcome = Extract<BuildEvent, { readonly type: "image-answered" }>["outcome"];

type Answer = readonly [result: ImageResult, outcome: Outcome];

/** @throws BuilderError `ERR_BUILDER_INVALID_OPTION` */
export function createImageBuilder(options: ImageBuilderOptions): ImageBuilder {
  const settings = settingsOf(options);
  // Invalid options for names are reported now rather than at a pull.
  parseImageName("a", settings.naming);
  const { packages } = settings;
  const emit = createEmit("nixery:builder", options.onEvent);
  const opening = openImageFinder(settings, emit);
  // Each request reports the failure.
  opening.catch(() => undefined);
  const resolutions = createSingleFlight<ResolvedSource | undefined>();
  /** Of tags; all callers want the same. */
  const listings = createSingleFlight<readonly string[]>();
  const closing = new AbortController();

  const resolve = async (tag: string, signal: AbortSignal): Promise<ResolvedSource | undefined> => {
    const start = performance.now();
    try {
      return await packages.resolve(tag, { signal });
    } catch (error) {
      const duration = performance.now() - start;
      const source = packages.name;
      if (!signal.aborted) {
        emit({ type: "source-failed", source, tag, error, duration });
      }
      throw error;
    }
  };

  const list = async (signal: AbortSignal): Promise<readonly string[]> => {
    try {
      if (packages.tags !== undefined) {
        return [...new Set(await packages.tags({ signal }))].toSorted(compareText);
      }
      return (await packages.resolve("latest", { signal })) === undefined ? [] : ["latest"];
    } catch (error) {
      if (!signal.aborted && refusalOf(error)?.kind === "unavailable") {
        emit({ type: "warning", message: `Listing the tags of ${packages.name} failed.`, error });
      }
      throw error;
    }
  };

  const prepare = async (
    { name, tag }: Omit<ImageRequest, "format">,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly finder: ImageFinder; readonly parts: ImageRequestParts } | undefined> => {
    closing.signal.throwIfAborted();
    const image = parseImageName(name, settings.naming);
    const source = await resolutions.join(tag, (own) => resolve(tag, own), { signal });
    const finder = await unlessAborted(opening, signal);
    closing.signal.throwIfAborted();
    return source && { finder, parts: { image, tag, source } };
  };

  const answer = async (
    request: ImageRequest,
    signal: AbortSignal | undefined,
  ): Promise<Answer> => {
    try {
      const prepared = await prepare(request, signal);
      if (prepared === undefined) {
        return [unknownTag(request.tag), "refused"];
      }
      const { finder, parts } = prepared;
      const { from, manifest } = await finder.find(parts, request.format, { signal });
      return [{ kind: "found", manifest }, from];
    } catch (error) {
      return [refusalOrThrow(error), "refused"];
    }
  };

  return {
    async image(request, { signal } = {}) {
      const { name, tag } = request;
      const start = performance.now();
      let outcome: Outcome = "failed";
      let digest: string | undefined;
      emit({ type: "image-requested", name, tag });
      try {
        const [result, resultOutcome] = await answer(request, signal);
        outcome = resultOutcome;
        digest = result.kind === "found" ? result.manifest.digest : undefined;
        return result;
      } catch (error) {
        if (signal?.aborted === true) {
          outcome = "aborted";
        }
        throw error;
      } finally {
        const duration = performance.now() - start;
        emit({ type: "image-answered", name, tag, outcome, digest, duration });
      }
    },

    async tags(name, { signal } = {}) {
      try {
        parseImageName(name, settings.naming);
        return await listings.join("tags", list, { signal });
      } catch (error) {
        const refusal = refusalOrThrow(error);
        return refusal.kind === "unavailable" ? refusal : undefined;
      }
    },

    async explain(request, { signal } = {}) {
      try {
        const prepared = await prepare(request, signal);
        if (prepared === undefined) {
          return unknownTag(request.tag);
        }
        const { finder, parts } = prepared;
        const either = AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]);
        return await finder.explain(parts, { signal: either });
      } catch (error) {
        return refusalOrThrow(error);
      }
    },

    async close() {
      const reason = new BuilderError("ERR_BUILDER_CLOSED", {
        message: "The registry is shutting down. Pull again when it is back.",
      });
      closing.abort(reason);
      const finder = await opening.catch(() => undefined);
      await Promise.all([resolutions.close(reason), listings.close(reason), finder?.close(reason)]);
    },
  };
}

function refusalOrThrow(error: unknown): Refusal {
  const refusal = refusalOf(error);
  if (refusal === undefined) {
    throw error;
  }
  return refusal;
}
